import assert from 'node:assert/strict';
import { enter, withPage } from './browser.js';

await withPage(async page => {
  const sockets = [];
  page.on('websocket', socket => sockets.push(socket));
  await enter(page, 'Live');
  await page.getByLabel('Send frames to the server').check();
  await page.getByLabel('Labels').selectOption('ferplus');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('heading', { name: 'Face 1 reads as happiness' }).waitFor();
  assert.equal(await page.locator('.bars').first().getByText('contempt').count(), 1, 'the labels of FER+');
  assert.match(sockets[0].url(), /^ws:.*\/v1\/stream$/);
  const closed = sockets[0].waitForEvent('close');
  await page.getByRole('button', { name: 'End' }).click();
  await page.getByRole('heading', { name: 'What came of it' }).waitFor();
  await closed;
}, { camera: process.argv[2] });
