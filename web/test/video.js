import assert from 'node:assert/strict';
import { api, enter, looks, withPage } from './browser.js';

const [, , file] = process.argv;

await withPage(async page => {
  await enter(page, 'Video');
  await page.getByLabel('Keep the readings as session').fill('Kept video');
  await page.locator('input[type=file]').setInputFiles(file);
  const timeline = page.getByRole('slider', { name: /^Expressions over the video/ });
  await timeline.waitFor();
  assert.match(await page.getByRole('row', { name: /^happiness/ }).innerText(), /[3-9]\d %/);

  // Two seconds: first a smile, then surprise. A click on the second half goes there.
  const { width, height } = await timeline.boundingBox();
  const second = Number(await timeline.getAttribute('aria-valuemax'));
  await timeline.click({ position: { x: width * 1.5 / second, y: height / 3 } });
  await page.waitForFunction(() => Math.abs(document.querySelector('.player video').currentTime - 1.5) < 0.1);
  assert.match(await timeline.getAttribute('aria-valuetext'), /^0:01, mostly surprise/);
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.player .stage canvas');
    return canvas.width > 0 && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0);
  });
  await looks(page, 'video');
  await timeline.press('Home');
  await page.waitForFunction(() => document.querySelector('.player video').currentTime === 0);
  await timeline.press('ArrowRight');
  await page.waitForFunction(() => Math.abs(document.querySelector('.player video').currentTime - 1) < 0.1);
  assert.equal((await api('/v1/sessions/Kept%20video')).frames, 60);
  assert.deepEqual((await api('/v1/videos')).videos ?? [], [], 'the server has forgotten the video');

  await page.locator('input[type=file]').setInputFiles({ name: 'letter.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video') });
  assert.match(await page.getByRole('alert').innerText(), /letter\.mp4/);
});
