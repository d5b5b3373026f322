// What the scripts of this folder share: a browser with the page in it, and how the page has to look. They are run by
// tests/Mien.Web.Tests, which says in the environment where the server and the browser are.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const url = process.env.MIEN_URL;
const screenshots = process.env.MIEN_SCREENSHOTS;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A step that takes longer than this has failed; a busy machine loads the models in some seconds. */
const TIMEOUT = 45_000;

const PHONE = { width: 390, height: 844 }, DESK = { width: 1180, height: 820 };

/**
 * Opens the page, does something with it, and fails for anything that the page itself complains of.
 * @param use Given the page.
 * @param options camera: what a fake camera shows; refused: the user refuses it.
 */
export async function withPage(use, { camera, refused = false } = {}) {
  const fake = camera ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`] : [];
  const browser = await chromium.launch({ executablePath: process.env.MIEN_CHROMIUM, args: ['--no-sandbox', ...fake] });
  try {
    const context = await browser.newContext({ viewport: DESK, locale: 'en', permissions: camera && !refused ? ['camera'] : [], acceptDownloads: true });
    context.setDefaultTimeout(TIMEOUT);
    const page = await context.newPage(), complaints = [];
    page.on('pageerror', error => complaints.push(String(error)));
    // That a request was refused or came to nothing is noted by the browser itself; the page has to say it in words.
    page.on('console', message => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && complaints.push(message.text()));
    await page.goto(url);
    await use(page);
    assert.deepEqual(complaints, [], 'the page complained');
  } finally {
    await browser.close();
  }
}

/** Accepts the notice and goes to a view. */
export async function enter(page, view) {
  await page.getByRole('button', { name: 'I understand' }).click();
  await page.getByRole('link', { name: view }).click();
  await page.getByRole('heading', { level: 1, name: view }).waitFor();
}

/** Takes pictures of the page as it is, light at a desk and dark on a phone; looks for barriers and for what does not fit. */
export async function looks(page, name) {
  for (const [size, viewport, colorScheme] of [['phone', PHONE, 'dark'], ['desk', DESK, 'light']]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(150);
    if (screenshots)
      await page.screenshot({ path: join(screenshots, `${name}-${size}.png`), fullPage: true });
    assert.deepEqual(await barriers(page), [], `${name}, ${size}, ${colorScheme}: axe found barriers`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= viewport.width, `${name} is ${wide} pixels wide on a screen of ${viewport.width}`);
  }
}

async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.html} ${node.failureSummary}`).join('; ')}`);
}

/** The server's answer to a request of a program. */
export async function api(path, init) {
  const answer = await fetch(new URL(path, url), init);
  assert.ok(answer.ok, `${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

export function apiPost(path, body) {
  return api(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}
