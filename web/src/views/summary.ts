import { make } from '../dom';
import { colorOf, stacked } from '../expressions';
import type { PeriodSummary, Summary } from '../session/totals';
import { clock, percent, signed } from '../words';

/** The figures of several stretches of time side by side, a column each. */
export function summaryTable(caption: string, labels: readonly string[], periods: readonly { readonly name: string; readonly summary: PeriodSummary }[]): HTMLElement {
  const row = (name: string | HTMLElement, value: (summary: PeriodSummary) => string | HTMLElement) =>
    make('tr', {}, make('th', { scope: 'row' }, name), ...periods.map(({ summary }) => make('td', {}, value(summary))));
  return make('div', { className: 'scroll', tabIndex: 0, attributes: { role: 'region', 'aria-label': caption } }, make('table', {},
    make('caption', {}, make('span', {}, caption)),
    make('thead', {}, make('tr', {}, make('td'), ...periods.map(({ name }) => make('th', { scope: 'col' }, name)))),
    make('tbody', {},
      row('Length', ({ start, end }) => clock(Math.round(end - start))),
      row('Faces', ({ people, mostPeople }) => people.length === mostPeople ? String(mostPeople) : `${people.length}, at most ${mostPeople} at once`),
      ...stacked(labels).map(label => row(label, ({ everyone: { shares } }) => share(shares[label] ?? 0, label))),
      row('Mean valence (derived)', ({ everyone: { valence } }) => valence === undefined ? '–' : signed(valence)),
      row('Longest with one expression', ({ everyone: { episodes: [longest] } }) => longest ? `${longest.label}, ${(longest.end - longest.start).toFixed(1)} s from ${clock(longest.start)}` : '–'))));
}

function share(value: number, label: string): HTMLElement {
  const bar = make('i', { attributes: { 'aria-hidden': 'true' } });
  bar.style.background = colorOf(label);
  bar.style.width = `${(value * 64).toFixed(1)}px`;
  return make('span', { className: 'share' }, make('span', {}, percent(value)), bar);
}

/** The whole and, where there are markers, its segments. */
export function periodsOf({ whole, segments }: Summary): { name: string; summary: PeriodSummary }[] {
  return [{ name: 'Whole', summary: whole }, ...segments.map(segment => ({ name: segment.marker ?? 'Before the first marker', summary: segment }))];
}
