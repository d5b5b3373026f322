import assert from 'node:assert/strict';
import { enter, looks, withPage } from './browser.js';

await withPage(async page => {
  await enter(page, 'Models');
  const own = page.locator('article').first();
  await own.locator('.confusion').first().waitFor();
  assert.equal(await own.getByText('loaded').count(), 1);
  assert.match(await own.locator('.figures').innerText(), /accuracy, test\s+6\d\.\d %/);
  const matrix = own.getByRole('region', { name: 'Confusion matrix' });
  assert.equal(await matrix.locator('tbody tr').count(), 7);
  assert.match(await matrix.locator('tbody td').first().getAttribute('title'), /^anger: \d+ % of anger$/);
  assert.ok(await own.getByRole('heading', { name: 'Where it is weak' }).isVisible(), 'the card is shown');
  assert.equal(await page.locator('.markdown').filter({ hasText: /\*\*|\]\(/ }).count(), 0, 'no Markdown is left');
  await looks(page, 'models');

  await page.route('**/v1/**', route => route.abort());
  await page.getByRole('link', { name: 'Sessions' }).click();
  assert.match(await page.getByRole('alert').innerText(), /^The Mien server does not answer\. Start it with \.\/mien serve/);
});
