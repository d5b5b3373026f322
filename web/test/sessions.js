import assert from 'node:assert/strict';
import { api, apiPost, enter, looks, withPage } from './browser.js';

const labels = ['neutral', 'happiness', 'surprise'];

/** Two versions of an advertisement, in which the smile comes at other times. */
async function record(name, smilesFrom) {
  await apiPost('/v1/sessions', { name, labels, source: 'test', model: 'test' });
  const frames = Array.from({ length: 120 }, (_, frame) => {
    const time = frame / 10, happiness = time >= smilesFrom ? 0.8 : 0.1;
    const scores = { neutral: 0.9 - happiness, happiness, surprise: 0.1 };
    return { frame, time, width: 640, height: 480, faces: [{ track: 1, box: [200, 100, 200, 200], detection: 0.9, scores, smoothed: scores }] };
  });
  const post = frames => apiPost(`/v1/sessions/${encodeURIComponent(name)}/readings`, { frames, events: [] });
  await apiPost(`/v1/sessions/${encodeURIComponent(name)}/markers`, { time: 0, marker: 'opening' });
  await post(frames.slice(0, 60));
  await apiPost(`/v1/sessions/${encodeURIComponent(name)}/markers`, { time: 6, marker: 'the joke' });
  await post(frames.slice(60));
}

await record('Version A', 3);
await record('Version B', 7);

await withPage(async page => {
  await enter(page, 'Sessions');
  await page.getByLabel('Show Version A').check();
  await page.getByRole('heading', { name: 'Version A' }).waitFor();
  const shares = page.getByRole('row', { name: /^happiness/ });
  assert.match((await shares.innerText()).replaceAll(/\s+/g, ' '), /^happiness 7\d % (4\d|50) % 100 %/, 'the whole and its two segments');

  await page.getByLabel('Show Version B').check();
  await page.getByRole('heading', { name: '2 sessions on one axis' }).waitFor();
  assert.equal(await page.locator('.lines .legend li').count(), 2);
  await page.getByLabel('Compare').selectOption('happiness');
  assert.match(await page.locator('.lines canvas').getAttribute('aria-label'), /^happiness over time of Version A, Version B/);
  const joke = page.getByRole('region', { name: 'Segment "the joke"' }).getByRole('row', { name: /^happiness/ });
  assert.match((await joke.innerText()).replaceAll(/\s+/g, ' '), /^happiness 100 % 8\d %/, 'the segments side by side');
  await looks(page, 'sessions');

  const answers = [false, true], questions = [];
  page.on('dialog', dialog => {
    questions.push(dialog.message());
    return answers.shift() ? dialog.accept() : dialog.dismiss();
  });
  await page.getByRole('button', { name: 'Delete Version B' }).click();
  assert.equal(await page.getByLabel('Show Version B').count(), 1, 'who says no keeps it');
  await page.getByRole('button', { name: 'Delete Version B' }).click();
  await page.getByLabel('Show Version B').waitFor({ state: 'detached' });
  assert.match(questions[1], /^Delete the session "Version B"\?/);
  assert.ok((await api('/v1/sessions')).sessions.every(session => session.name !== 'Version B'));
});
