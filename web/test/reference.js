import assert from 'node:assert/strict';
import { url, withPage } from './browser.js';

await withPage(async page => {
  const asked = [];
  page.on('request', request => asked.push(request.url()));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.goto(new URL('/reference', url).href);
    await page.getByRole('heading', { level: 1, name: 'Mien' }).waitFor();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(background, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(15, 15, 15)');
  }

  // A call is tried, and its answer is shown.
  await page.getByRole('button', { name: 'Open Group - operation' }).click();
  await page.getByRole('link', { name: 'Whether the process answers' }).click();
  await page.getByRole('button', { name: /Test Request.*healthz/i }).click();
  await page.getByRole('button', { name: /^Send/ }).first().click();
  await page.getByText('"status"').last().waitFor();
  assert.ok(asked.includes(new URL('/healthz', url).href));

  // Everything came from the server, and nothing was sent elsewhere.
  assert.deepEqual(asked.filter(address => !address.startsWith(url) && !address.startsWith('data:')), []);
});
