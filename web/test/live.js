import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { api, enter, looks, withPage } from './browser.js';

const camera = process.argv[2];

await withPage(async page => {
  const sent = [];
  page.on('request', request => request.method() === 'POST' && sent.push(request.url()));
  page.on('websocket', socket => sent.push(socket.url()));
  await enter(page, 'Live');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('heading', { name: 'Face 1 reads as happiness' }).waitFor();
  await page.getByRole('heading', { name: 'Face 1 reads as surprise' }).waitFor();
  await page.waitForFunction(() => /1 face · \d+ frames a second/.test(document.querySelector('.status').textContent));
  assert.ok(await page.evaluate(() => {
    const canvas = document.querySelector('.stage canvas');
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0);
  }), 'a box is drawn');
  const shares = (await page.locator('.bars b').allTextContents()).map(text => parseInt(text, 10));
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) <= 4, `the bars are shares: ${shares}`);
  // What is read aloud changes more rarely than what is seen.
  await page.locator('.spoken').filter({ hasText: /Face 1: \w+/ }).waitFor({ state: 'attached' });

  await page.getByLabel('Marker').fill('question 2');
  await page.getByRole('button', { name: 'Set marker' }).click();
  await page.waitForTimeout(1200);
  await page.getByRole('button', { name: 'Pause' }).click();
  assert.equal(await page.evaluate(() => document.querySelector('video').srcObject), null, 'a pause lets the camera go');
  await page.getByText('Paused; the camera is off.').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.face').first().waitFor();
  await looks(page, 'live');
  assert.deepEqual(sent, [], 'frames stay on the device');

  await page.getByRole('button', { name: 'End' }).click();
  await page.getByRole('heading', { name: 'What came of it' }).waitFor();
  assert.deepEqual(await page.getByRole('columnheader').allInnerTexts(), ['Whole', 'Before the first marker', 'question 2']);
  await looks(page, 'live-summary');

  const csv = await downloaded(page, 'Export CSV'), json = await downloaded(page, 'Export JSON');
  const [header, ...rows] = csv.trim().split('\r\n').map(row => row.split(','));
  assert.equal(header.slice(0, 5).join(), 'source,frame,time,track,x');
  assert.ok(rows.length > 10 && rows.every(row => row.length === header.length));
  assert.ok(rows.some(row => row[header.indexOf('smoothed label')] === 'surprise'));
  const lines = json.trim().split('\n').map(line => JSON.parse(line));
  assert.ok(lines.every((line, index) => index === 0 || line.time >= lines[index - 1].time), 'lines come in the order of time');
  assert.deepEqual(lines.filter(line => line.event === 'marker').map(line => line.marker), ['question 2']);
  assert.ok(lines.some(line => line.event === 'entered') && lines.some(line => line.event === 'left'));

  await page.getByLabel('Name').fill('Live & saved');
  await page.getByRole('button', { name: 'Save as session' }).click();
  await page.getByText('Saved on the server').waitFor();
  const stored = await api('/v1/sessions/Live%20%26%20saved');
  assert.equal(stored.frames, lines.filter(line => line.frame !== undefined).length);
  assert.deepEqual(stored.markers.map(marker => marker.marker), ['question 2']);
  // The page sums up as the server does.
  const shown = (await page.getByRole('row', { name: /^happiness/ }).locator('td').first().innerText()).trim();
  assert.ok(Math.abs(parseInt(shown, 10) - 100 * (stored.summary.whole.everyone.shares.happiness ?? 0)) <= 2, `${shown}, the server says ${stored.summary.whole.everyone.shares.happiness}`);
}, { camera });

await withPage(async page => {
  await enter(page, 'Live');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  assert.match(await page.getByRole('alert').innerText(), /^The camera was refused\. Allow it for this page/);
}, { camera, refused: true });

async function downloaded(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return readFile(await download.path(), 'utf8');
}
