import assert from 'node:assert/strict';
import { looks, withPage } from './browser.js';

const [, , camera, key] = process.argv;

await withPage(async page => {
  await page.getByRole('button', { name: 'I understand' }).click();
  const field = page.getByRole('textbox', { name: 'API key' });
  await field.fill('mien_wrong');
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.waitForFunction(() => document.querySelector('#api-key')?.value === '');
  await looks(page, 'key');
  await field.fill(key);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByLabel('Labels').waitFor();
  // The worker fetches its models with the key, and the WebSocket is opened with it.
  for (const onServer of [false, true]) {
    await page.getByLabel('Send frames to the server').setChecked(onServer);
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.locator('.face').first().waitFor();
    await page.getByRole('button', { name: 'End' }).click();
    await page.getByRole('heading', { name: 'What came of it' }).waitFor();
  }
  assert.equal(await page.getByRole('alert').count(), 0);
}, { camera });
