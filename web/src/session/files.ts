// The same formats as `mien watch --csv` and `--json` write: docs/video-output.md.
import { topOf } from '../recognition/faces';
import type { Recording } from './recording';

const SCHEMA = 1;

/** A row a face and frame, after a header. */
export function csvOf({ source, labels, frames }: Recording): string {
  const header = ['source', 'frame', 'time', 'track', 'x', 'y', 'width', 'height', 'detection', 'label', 'confidence', ...labels,
    'smoothed label', ...labels.map(label => `smoothed ${label}`), 'valence', 'arousal'];
  const rows = frames.flatMap(({ frame, time, faces }) => faces.length === 0 ? [[source, frame, seconds(time)]]
    : faces.map(face => [source, frame, seconds(time), face.track, ...face.box.map(pixels), round(face.detection), face.label, round(face.confidence),
      ...labels.map(label => round(face.scores[label])), topOf(face.smoothed), ...labels.map(label => round(face.smoothed[label])),
      face.valence === undefined ? '' : round(face.valence), face.arousal === undefined ? '' : round(face.arousal)]));
  return [header, ...rows].map(row => row.concat(Array(header.length - row.length).fill('')).map(quoted).join(',')).join('\r\n') + '\r\n';
}

/** An object a line: a frame, or something that happened. */
export function jsonLinesOf({ source, frames, events, markers }: Recording): string {
  const lines = [
    ...frames.map(frame => ({ schema: SCHEMA, source, ...frame })),
    ...events.map(event => ({ schema: SCHEMA, source, ...event })),
    ...markers.map(({ time, marker }) => ({ schema: SCHEMA, source, time, event: 'marker', marker })),
  ].sort((a, b) => a.time - b.time);
  return lines.map(toJson).join('\n') + '\n';
}

/** JSON with numbers of five digits after the point. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => typeof inner === 'number' ? round(inner) : inner);
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

function pixels(value: number): number {
  return Math.round(value * 100) / 100;
}

function seconds(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
