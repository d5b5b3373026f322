// Measures the page in headless Chromium against a running server: what it weighs, when it is first painted, and how many frames a
// second it reads in the browser. Writes Markdown.
//   ./mien serve &
//   node web/benchmark/page.js [--url http://127.0.0.1:8080] [--seconds 30] [--loads 20]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: { url, seconds, loads } } = parseArgs({ options: {
  url: { type: 'string', default: 'http://127.0.0.1:8080' }, seconds: { type: 'string', default: '30' }, loads: { type: 'string', default: '20' },
} });
const executablePath = process.env.MIEN_CHROMIUM ?? '/usr/bin/chromium';

const folder = await mkdtemp(join(tmpdir(), 'mien-page-'));
try {
  const camera = join(folder, 'camera.mjpeg');
  const weight = await weigh(), paints = await measureLoad(camera);
  const live = await measureLive(camera);
  const kB = bytes => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`${cpus()[0].model}, ${cpus().length} processors; ${live.browser}\n`);
  console.log('| figure | value |\n|---|---|');
  console.log(`| weight compressed, without models and without the WebAssembly of ONNX Runtime | ${kB(weight.page)} |`);
  console.log(`| the WebAssembly of ONNX Runtime, fetched when a model is first needed | ${kB(weight.wasm)} |`);
  console.log(`| models | ${kB(weight.models)} |`);
  console.log(`| first contentful paint on loopback, nothing cached: median and slowest of ${paints.length} | ${paints[paints.length >> 1].toFixed(0)} ms, ${paints.at(-1).toFixed(0)} ms |`);
  console.log(`| live at 640x480, one face, in the browser: frames read a second over ${live.seconds.toFixed(0)} s | ${live.rate.toFixed(1)} |`);
} finally {
  await rm(folder, { recursive: true });
}

/** What all files of the page weigh as they are sent: the start, and whatever a file names that was found before. */
async function weigh() {
  const weight = { page: 0, wasm: 0, models: 0 }, found = ['/'];
  const { models } = await (await fetch(new URL('/v1/models', url))).json();
  const wanted = models.filter(model => model.name === 'face-detector' || (model.task === 'emotion' && model.loaded));
  for (const path of found) {
    const text = await (await fetch(new URL(path, url))).text();
    weight[path.endsWith('.wasm') ? 'wasm' : 'page'] += await sizeOf(path);
    const names = path.endsWith('.wasm') ? [] : text.match(/[\w.-]+\.(?:js|mjs|css|svg|wasm)\b/g) ?? [];
    for (const name of names.map(name => `/assets/${name}`)) {
      if (!found.includes(name) && (await fetch(new URL(name, url))).ok)
        found.push(name);
    }
  }
  for (const { file } of wanted)
    weight.models += await sizeOf(file);
  return weight;
}

async function sizeOf(path) {
  const answer = await new Promise((resolve, reject) => get(new URL(path, url), { headers: { 'Accept-Encoding': 'br' } }, resolve).on('error', reject));
  answer.resume();
  return Number(answer.headers['content-length']);
}

/** Loads the page anew again and again; draws the frames of the camera by the way, for which a browser is at hand. */
async function measureLoad(camera) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const paints = [];
    for (let load = 0; load < Number(loads); load++) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(url);
      paints.push(await page.evaluate(() => new Promise(resolve => new PerformanceObserver(list => {
        const paint = list.getEntriesByName('first-contentful-paint')[0];
        if (paint)
          resolve(paint.startTime);
      }).observe({ type: 'paint', buffered: true }))));
      await page.context().close();
    }
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    await writeFile(camera, await drawCamera(page, await readFile(new URL('../../samples/average-faces.png', import.meta.url))));
    return paints.sort((a, b) => a - b);
  } finally {
    await browser.close();
  }
}

/** Two seconds of one face that moves a little, as JPEG files one after the other. */
async function drawCamera(page, sample) {
  const frames = await page.evaluate(async encoded => {
    const sample = await createImageBitmap(new Blob([Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(640, 480), context = canvas.getContext('2d'), frames = [];
    for (let frame = 0; frame < 60; frame++) {
      context.fillStyle = '#b0b0b0';
      context.fillRect(0, 0, 640, 480);
      context.drawImage(sample, 329, 92, 196, 196, 190 + 40 * Math.sin(frame * Math.PI / 30), 100, 260, 260);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer());
      frames.push(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
    }
    return frames.map(btoa);
  }, sample.toString('base64'));
  return Buffer.concat(frames.map(frame => Buffer.from(frame, 'base64')));
}

/** Frames from the numbers that the page itself exports. */
async function measureLive(camera) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] });
  try {
    const page = await (await browser.newContext({ permissions: ['camera'], acceptDownloads: true })).newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'I understand' }).click();
    await page.getByRole('button', { name: 'Start the camera' }).click();
    await page.locator('.face').first().waitFor();
    await page.waitForTimeout(1000 * (Number(seconds) + 2));
    await page.getByRole('button', { name: 'End' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export JSON' }).click()]);
    const times = (await readFile(await download.path(), 'utf8')).trim().split('\n').map(line => JSON.parse(line)).filter(line => line.frame !== undefined && line.faces.length > 0).map(line => line.time);
    // The first seconds warm up.
    const counted = times.filter(time => time >= times[0] + 2), span = counted.at(-1) - counted[0];
    return { rate: (counted.length - 1) / span, seconds: span, browser: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}
