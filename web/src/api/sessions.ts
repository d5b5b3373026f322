import type { Bin } from '../session/binner';
import { toJson } from '../session/files';
import type { Marker, Recording } from '../session/recording';
import type { Summary } from '../session/totals';
import { ask, askJson, post } from './client';

/** A stored session without its readings. */
export interface StoredSession {
  readonly name: string;
  readonly labels: readonly string[];
  readonly created: string;
  readonly seconds: number;
  readonly frames: number;
  readonly tracks: number;
  readonly bytes: number;
  readonly retentionDays?: number;
}

/** A stored session and what came of it. */
export interface SessionDetail extends StoredSession {
  readonly summary: Summary;
  readonly timeline: readonly Bin[];
  readonly markers: readonly Marker[];
}

/** Frames in one request. */
const FRAMES = 500;

export async function sessions(): Promise<readonly StoredSession[]> {
  return (await askJson<{ sessions: StoredSession[] }>('/v1/sessions')).sessions;
}

export function session(name: string): Promise<SessionDetail> {
  return askJson(address(name));
}

export function deleteSession(name: string): Promise<Response> {
  return ask(address(name), { method: 'DELETE' });
}

/** Stores the readings of a recording on the server: numbers, never pictures. */
export async function saveSession(name: string, model: string, { source, labels, frames, events, markers }: Recording): Promise<void> {
  await post('/v1/sessions', toJson({ name, labels, source, model }));
  const waiting = events.toSorted((a, b) => a.time - b.time);
  let from = 0;
  // A session is a log: a marker comes after the frames before it.
  for (const marker of [...markers, undefined]) {
    const found = marker ? frames.findIndex(frame => frame.time > marker.time) : -1;
    const until = found < 0 ? frames.length : found;
    for (; from < until; from += FRAMES) {
      const part = frames.slice(from, Math.min(from + FRAMES, until));
      const isLast = from + FRAMES >= frames.length;
      const happened = isLast ? waiting.splice(0) : waiting.splice(0, waiting.findLastIndex(event => event.time <= part.at(-1)!.time) + 1);
      await post(`${address(name)}/readings`, toJson({ frames: part.map(postedFrame), events: happened }));
    }
    from = until;
    if (marker)
      await post(`${address(name)}/markers`, toJson(marker));
  }
}

function postedFrame({ frame, time, width, height, faces }: Recording['frames'][number]): object {
  return { frame, time, width, height, faces: faces.map(({ track, box, detection, scores, smoothed }) => ({ track, box, detection, scores, smoothed })) };
}

function address(name: string): string {
  return `/v1/sessions/${encodeURIComponent(name)}`;
}
