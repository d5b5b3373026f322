// Whether the worker of the page reads the very same pixels as the server does: scores within 0.001, boxes within a tenth of a pixel.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { api, withPage } from './browser.js';

const SCORES = 1e-3, PIXELS = 0.1;

const assets = await readdir(new URL('../../artifacts/web/assets', import.meta.url));
const worker = `/assets/${assets.find(name => /^worker-.*\.js$/.test(name))}`;
const { models } = await api('/v1/models');
const own = models.find(model => model.task === 'emotion' && model.loaded);
const detector = models.find(model => model.name === 'face-detector');

await withPage(async page => {
  assert.ok(await page.evaluate(() => crossOriginIsolated), 'without isolation there are no threads');
  await page.evaluate(address => {
    const worker = new Worker(address, { type: 'module' });
    let last = 0;
    globalThis.ask = (request, transfer = []) => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => data.fault === undefined ? resolve(data.result) : reject(new Error(data.fault));
      worker.onerror = reject;
      worker.postMessage({ ...request, id: ++last }, transfer);
    });
  }, worker);
  for (const labels of ['', ...Object.keys(own.alternatives)]) {
    const classifier = labels === '' ? own : { ...own, labels: own.alternatives[labels], output: labels };
    await page.evaluate(models => globalThis.ask({ kind: 'load', models }), { detector, classifier });
    for (const path of process.argv.slice(2))
      await compare(page, path, labels);
  }
});

async function compare(page, path, labels) {
  const bytes = await readFile(path), name = `${basename(path)} ${labels}`;
  const { pictures: [server] } = await api(`/v1/analyze${labels && `?labels=${labels}`}`, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes });
  const read = await page.evaluate(async encoded => {
    const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    return globalThis.ask({ kind: 'picture', source: '', bitmap }, [bitmap]);
  }, bytes.toString('base64'));
  assert.equal(read.faces.length, server.faces.length, `${name}: faces`);
  assert.ok(server.faces.length > 0, `${name} has faces`);
  server.faces.forEach((face, index) => {
    const here = read.faces[index];
    near(here.box, face.box, PIXELS, `${name}, box ${index}`);
    assert.equal(here.label, face.label, `${name}, label of face ${index}`);
    assert.deepEqual(Object.keys(here.scores), Object.keys(face.scores));
    near(Object.values(here.scores), Object.values(face.scores), SCORES, `${name}, scores of face ${index}`);
  });
}

function near(found, expected, tolerance, what) {
  found.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) <= tolerance, `${what}: ${found} instead of ${expected}`));
}
