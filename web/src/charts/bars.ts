import { make } from '../dom';
import { colorOf, stacked } from '../expressions';
import { topOf, type Scores } from '../recognition/faces';
import { percent } from '../words';

/** A bar for each expression of one face, which follows new scores without being built anew. */
export class Bars {
  readonly element = make('div', { className: 'bars' });
  private readonly rows = new Map<string, { row: HTMLElement; bar: HTMLElement; figure: HTMLElement }>();

  constructor(labels: readonly string[]) {
    for (const label of stacked(labels)) {
      const bar = make('i'), figure = make('b', {}, '0 %');
      bar.style.background = colorOf(label);
      const row = make('div', {}, make('span', {}, label), make('div', { attributes: { 'aria-hidden': 'true' } }, bar), figure);
      this.rows.set(label, { row, bar, figure });
      this.element.append(row);
    }
  }

  show(scores: Scores): void {
    const top = topOf(scores);
    for (const [label, { row, bar, figure }] of this.rows) {
      bar.style.transform = `scaleX(${scores[label].toFixed(3)})`;
      const text = percent(scores[label]);
      if (figure.textContent !== text)
        figure.textContent = text;
      row.className = label === top ? 'top' : '';
    }
  }
}
