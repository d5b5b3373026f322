import type { FrameReading, TrackEvent } from '../recognition/faces';
import { ask, askJson } from './client';

/** A video that the server reads. */
export interface VideoJob {
  readonly id: string;
  readonly source: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly frames: number;
  readonly seconds: number;
  /** 0 to 1; absent where the length is not known. */
  readonly progress?: number;
  readonly problem?: { readonly type?: string; readonly title?: string; readonly detail?: string };
  /** Where reading stopped, if before the end. */
  readonly message?: string;
}

/** A line of a video's readings: a frame, or something that happened. */
export type ReadingLine = FrameReading | (TrackEvent & { readonly frame?: undefined });

/**
 * Sends a video.
 * @param session The name under which its readings are stored; empty: they are not.
 */
export async function sendVideo(file: File, session: string): Promise<VideoJob> {
  const query = new URLSearchParams({ name: file.name, ...(session && { session }) });
  const answer = await ask(`/v1/videos?${query}`, { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } });
  return await answer.json() as VideoJob;
}

export function videoJob(id: string): Promise<VideoJob> {
  return askJson(`/v1/videos/${id}`);
}

export async function videoReadings(id: string): Promise<ReadingLine[]> {
  const text = await (await ask(`/v1/videos/${id}/readings`)).text();
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as ReadingLine);
}

/** Stops it, if it runs, and forgets what came of it. */
export function forgetVideo(id: string): Promise<Response> {
  return ask(`/v1/videos/${id}`, { method: 'DELETE' });
}
