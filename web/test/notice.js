import assert from 'node:assert/strict';
import { looks, withPage } from './browser.js';

await withPage(async page => {
  const asked = [];
  page.on('request', request => asked.push(new URL(request.url()).pathname));
  await page.addInitScript(() => {
    globalThis.cameras = 0;
    navigator.mediaDevices.getUserMedia = () => {
      globalThis.cameras++;
      return Promise.reject(new DOMException('', 'NotFoundError'));
    };
  });
  await page.goto(`${page.url()}#live`);
  await page.reload();
  assert.match(await page.locator('main').innerText(), /not a person’s inner state[\s\S]*must know[\s\S]*leaves this device/i);
  assert.equal(await page.getByRole('navigation').count(), 0, 'there is nothing but the notice');
  assert.deepEqual(asked.filter(path => path.startsWith('/v1') || path.endsWith('.wasm')), [], 'nothing is loaded for reading faces yet');
  await looks(page, 'notice');

  await page.getByRole('button', { name: 'I understand' }).click();
  await page.getByRole('heading', { name: 'Live' }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.cameras), 0, 'the camera waits for its button');
  await looks(page, 'live-off');

  await page.getByRole('button', { name: 'Start the camera' }).click();
  assert.equal(await page.getByRole('alert').innerText(), 'There is no camera. Connect one and start again, or use Photo or Video.');
  assert.equal(await page.evaluate(() => globalThis.cameras), 1);

  await page.getByRole('link', { name: 'Read the notice again' }).click();
  await page.getByRole('heading', { name: 'Before you begin' }).waitFor();
});
