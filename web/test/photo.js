import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { enter, looks, withPage } from './browser.js';

const [, , sample] = process.argv;

await withPage(async page => {
  await enter(page, 'Photo');
  const sent = [];
  page.on('request', request => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
  const choose = page.locator('input[type=file]'), cards = page.locator('.picture');

  await choose.setInputFiles(sample);
  await cards.first().waitFor();
  assert.equal(await cards.first().getByRole('heading', { level: 3 }).count(), 7);
  assert.equal(await page.getByRole('heading', { name: 'reads as happiness' }).count(), 1);
  assert.deepEqual(sent, [], 'photos are not sent anywhere');

  await cards.first().getByRole('button', { name: 'Show the heat map' }).click();
  await page.getByText('Red parts carry the label').waitFor();
  assert.deepEqual(sent, ['/v1/explain']);
  assert.ok(await page.evaluate(() => {
    const canvas = document.querySelector('.heat');
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0);
  }), 'a heat map is drawn');
  await looks(page, 'photo');

  await choose.setInputFiles({ name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  assert.match(await page.getByRole('alert').innerText(), /^letter\.jpg is no picture/);

  // Pasted and dropped pictures come with their bytes; other labels are other bars.
  await page.getByLabel('Labels').selectOption('ferplus');
  const bytes = [...await readFile(sample)];
  for (const [kind, target, count] of [['paste', 'body', 2], ['drop', '.drop', 3]]) {
    await page.evaluate(([kind, target, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: 'image/png' }));
      const event = kind === 'paste' ? new ClipboardEvent(kind, { clipboardData: transfer, bubbles: true }) : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.querySelector(target).dispatchEvent(event);
    }, [kind, target, bytes]);
    await page.getByRole('heading', { name: `${kind}.png` }).waitFor();
    assert.equal(await cards.count(), count);
  }
  assert.equal(await cards.first().getByText('contempt', { exact: true }).count(), 7, 'the labels of FER+');
});
