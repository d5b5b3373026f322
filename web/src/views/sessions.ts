import { deleteSession, session, sessions, type SessionDetail, type StoredSession } from '../api/sessions';
import { LineChart } from '../charts/lines';
import { Timeline } from '../charts/timeline';
import { button, field, make } from '../dom';
import { stacked } from '../expressions';
import { bytes, clock, count } from '../words';
import { Message } from './message';
import { periodsOf, summaryTable } from './summary';
import type { View } from './view';

const VALENCE = 'valence (derived)';

/** Stored sessions: one by itself, or several on one axis. */
export function sessionsView(): View {
  const message = new Message(), list = make('div'), shown = make('div');
  const details = new Map<string, SessionDetail>();

  const refresh = async () => {
    const all = await message.during('Asking for the sessions.', sessions);
    if (!all)
      return;
    for (const name of details.keys()) {
      if (!all.some(stored => stored.name === name))
        details.delete(name);
    }
    list.replaceChildren(all.length === 0
      ? make('p', {}, 'No session is stored. Save one under Live, keep a video’s readings under Video, or record one with ./mien watch --session NAME.')
      : tableOf(all, [...details.keys()], choose, remove));
    show();
  };
  const choose = async (name: string, chosen: boolean) => {
    if (chosen)
      await message.during(`Summing up ${name}.`, async () => details.set(name, await session(name)));
    else
      details.delete(name);
    show();
  };
  const remove = async (name: string) => {
    if (!confirm(`Delete the session "${name}"? Its readings are overwritten and cannot be brought back.`))
      return;
    if (await message.during(`Deleting ${name}.`, () => deleteSession(name)))
      await refresh();
  };
  const show = () => shown.replaceChildren(...details.size === 0 ? [] : details.size === 1 ? oneOf([...details.values()][0]) : severalOf([...details.values()]));

  return { element: make('section', {}, make('h1', {}, 'Sessions'), message.element, list, shown), enter: refresh };
}

function tableOf(all: readonly StoredSession[], chosen: readonly string[], choose: (name: string, chosen: boolean) => unknown, remove: (name: string) => unknown): HTMLElement {
  const rowOf = ({ name, created, seconds, tracks, frames, bytes: size, retentionDays }: StoredSession) => {
    const box = make('input', { type: 'checkbox', checked: chosen.includes(name), attributes: { 'aria-label': `Show ${name}` } });
    box.addEventListener('change', () => choose(name, box.checked));
    return make('tr', {},
      make('td', {}, box),
      make('th', { scope: 'row' }, name),
      make('td', {}, new Date(created).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })),
      make('td', {}, clock(seconds)),
      make('td', {}, count(tracks, 'face')),
      make('td', {}, `${count(frames, 'frame')}, ${bytes(size)}`),
      make('td', {}, retentionDays === undefined ? 'until deleted' : count(retentionDays, 'day')),
      make('td', {}, button('Delete', () => remove(name), { className: 'plain', attributes: { 'aria-label': `Delete ${name}` } })));
  };
  return make('div', { className: 'scroll', tabIndex: 0, attributes: { role: 'region', 'aria-label': 'Stored sessions' } }, make('table', {},
    make('caption', {}, make('span', {}, 'Choose one to see it, or several to compare them.')),
    make('thead', {}, make('tr', {}, make('td'), ...['Session', 'Begun', 'Length', 'People', 'Stored', 'Kept'].map(name => make('th', { scope: 'col' }, name)), make('td'))),
    make('tbody', {}, ...all.map(rowOf))));
}

function oneOf(detail: SessionDetail): HTMLElement[] {
  const timeline = new Timeline(detail.labels, `Expressions over ${detail.name}`);
  timeline.show(detail.timeline, detail.markers, detail.seconds);
  return [
    make('h2', {}, detail.name), timeline.element,
    summaryTable(detail.markers.length > 0 ? 'The whole and its segments, from marker to marker' : 'The whole session', detail.labels, periodsOf(detail.summary)),
  ];
}

/** One line a session, all from their own beginnings; then each one's colours at the same scale; then the figures. */
function severalOf(details: readonly SessionDetail[]): HTMLElement[] {
  const labels = stacked([...new Set(details.flatMap(detail => detail.labels))]);
  const select = make('select', {}, ...[VALENCE, ...labels].map(name => new Option(name)));
  const chart = new LineChart();
  const draw = () => {
    const label = select.value;
    chart.show(label, details.map(({ name, timeline }) => ({
      name, points: timeline.map(bin => ({ time: bin.start, value: label === VALENCE ? bin.valence : bin.scores?.[label] })),
    })), label === VALENCE ? [-1, 1] : [0, 1]);
  };
  select.addEventListener('change', draw);
  draw();
  const duration = Math.max(...details.map(detail => detail.seconds));
  return [
    make('h2', {}, `${details.length} sessions on one axis`),
    field('Compare', select), chart.element,
    ...details.flatMap(({ name, labels, timeline, markers }) => {
      const colors = new Timeline(labels, `Expressions over ${name}`);
      colors.show(timeline, markers, duration);
      return [make('h3', {}, name), colors.element];
    }),
    summaryTable('The whole sessions', labels, details.map(({ name, summary }) => ({ name, summary: summary.whole }))),
    ...segmentTables(details, labels),
  ];
}

/** Segments of the same name side by side: the scenes of two versions, the questions of two interviews. */
function segmentTables(details: readonly SessionDetail[], labels: readonly string[]): HTMLElement[] {
  const names = [...new Set(details.flatMap(({ markers }) => markers.map(({ marker }) => marker)))];
  return names.map(marker => summaryTable(`Segment "${marker}"`, labels, details.flatMap(({ name, summary }) =>
    summary.segments.filter(segment => segment.marker === marker).slice(0, 1).map(segment => ({ name, summary: segment })))));
}
