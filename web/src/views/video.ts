import { Problem } from '../api/client';
import { forgetVideo, sendVideo, videoJob, videoReadings, type VideoJob } from '../api/videos';
import { boxedTrack, drawBoxes } from '../charts/overlay';
import { Timeline } from '../charts/timeline';
import { button, field, make, save } from '../dom';
import type { FrameReading } from '../recognition/faces';
import { csvOf, jsonLinesOf } from '../session/files';
import { Recording } from '../session/recording';
import { bytes, clock, count, percent } from '../words';
import { Message } from './message';
import { periodsOf, summaryTable } from './summary';
import type { View } from './view';

/** Milliseconds between two questions how far a video is. */
const ASK_EVERY = 400;

/** A frame's boxes are shown for this long, in seconds, if no further frame follows. */
const SHOWN_FOR = 0.5;

/** Videos, which the server reads. */
export function videoView(): View {
  const message = new Message(), result = make('div');
  const input = make('input', { type: 'file', accept: 'video/*,.mkv' }), session = make('input', { type: 'text', placeholder: 'not kept' });
  const zone = make('label', { className: 'drop' }, input,
    make('strong', {}, 'Choose a video'), make('span', {}, 'or drop it here. It is sent to the Mien server that this page came from, read there and forgotten.'));
  const bar = make('progress', { max: 1, attributes: { 'aria-label': 'How far the video is read' } }), told = make('span');
  let wanted = '';
  const cancel = button('Cancel', () => wanted && forgetVideo(wanted));
  const progress = make('div', { className: 'actions', hidden: true }, bar, told, cancel);

  const show = ({ status, frames, progress: share }: VideoJob) => {
    if (share === undefined)
      bar.removeAttribute('value');
    else
      bar.value = share;
    told.textContent = status === 'queued' ? 'Waiting for its turn' : `${share === undefined ? '' : `${percent(share)}, `}${count(frames, 'frame')}`;
  };
  const read = async (file: File) => {
    URL.revokeObjectURL(result.querySelector('video')?.src ?? '');
    result.replaceChildren();
    input.disabled = true;
    try {
      message.tell(`Sending ${file.name}, ${bytes(file.size)}.`);
      const job = await sendVideo(file, session.value.trim());
      message.clear();
      wanted = job.id;
      progress.hidden = false;
      const done = await finished(job, show);
      result.replaceChildren(...resultOf(file, done, recordingOf(file.name, await videoReadings(job.id))));
      await forgetVideo(job.id);
    } catch (error) {
      message.fail(named(file, error));
    }
    wanted = '';
    progress.hidden = true;
    input.disabled = false;
    input.value = '';
  };

  input.addEventListener('change', () => read(input.files![0]));
  zone.addEventListener('dragover', event => event.preventDefault());
  zone.addEventListener('drop', event => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && !input.disabled)
      read(file);
  });
  const element = make('section', {}, make('h1', {}, 'Video'), zone, field('Keep the readings as session', session), message.element, progress, result);
  return { element };
}

/** What went wrong, with the file that it went wrong with. */
function named({ name }: File, error: unknown): Error {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return new Problem(message.includes(name) ? message : `${name}: ${message}`);
}

async function finished(job: VideoJob, show: (job: VideoJob) => void): Promise<VideoJob> {
  for (;;) {
    show(job);
    switch (job.status) {
      case 'done':
        return job;
      case 'failed':
        throw new Problem(job.problem?.detail ?? job.problem?.title ?? 'it cannot be read; the server’s log says more.');
      case 'cancelled':
        throw new Problem('reading was cancelled.');
    }
    await new Promise(resolve => setTimeout(resolve, ASK_EVERY));
    try {
      job = await videoJob(job.id);
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith(':unknown-video'))
        throw new Problem('reading was cancelled.');
      throw error;
    }
  }
}

function recordingOf(source: string, lines: Awaited<ReturnType<typeof videoReadings>>): Recording {
  const first = lines.find(line => line.frame !== undefined && line.faces.length > 0) as FrameReading | undefined;
  const recording = new Recording(source, Object.keys(first?.faces[0].scores ?? {}));
  for (const line of lines) {
    if (line.frame !== undefined)
      recording.add(line);
    else
      recording.events.push(line);
  }
  return recording;
}

function resultOf(file: File, { message: stopped }: VideoJob, recording: Recording): HTMLElement[] {
  const video = make('video', { src: URL.createObjectURL(file), controls: true, playsInline: true, muted: true, preload: 'auto', attributes: { 'aria-label': file.name } });
  const boxes = make('canvas', { attributes: { 'aria-hidden': 'true' } });
  const status = make('p', { className: 'status' });
  const timeline = new Timeline(recording.labels, 'Expressions over the video; arrow keys move by a second', time => {
    video.currentTime = time;
    follow(time);
  });
  const follow = (time: number) => {
    const frame = frameAt(recording.frames, time);
    if (frame)
      drawBoxes(boxes, frame.width, frame.height, frame.faces.map(boxedTrack));
    timeline.moveTo(time);
    status.textContent = `${clock(time)} of ${clock(Math.round(recording.end))}`;
  };
  const onFrame = () => {
    if (video.isConnected)
      follow(video.currentTime);
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  video.addEventListener('seeked', () => follow(video.currentTime));
  new ResizeObserver(() => follow(video.currentTime)).observe(video);
  const message = new Message();
  video.addEventListener('error', () => message.fail(new Problem('This browser cannot play this kind of video; its timeline and figures stand all the same.')));
  if (stopped)
    message.tell(stopped);
  timeline.show(recording.bins(), [], recording.end);
  return [
    message.element,
    make('div', { className: 'player' }, make('div', { className: 'stage' }, video, boxes), status, timeline.element),
    make('h2', {}, 'What came of it'),
    summaryTable('Share of the time for which each expression was the most probable', recording.labels, periodsOf(recording.summary())),
    make('div', { className: 'actions' },
      button('Export CSV', () => save(`${file.name}.csv`, 'text/csv', csvOf(recording))),
      button('Export JSON', () => save(`${file.name}.jsonl`, 'application/x-ndjson', jsonLinesOf(recording)))),
  ];
}

/** The frame that is shown at a time. */
function frameAt(frames: readonly FrameReading[], time: number): FrameReading | undefined {
  let low = 0, high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].time <= time + 0.001)
      low = middle + 1;
    else
      high = middle;
  }
  const frame = frames[Math.max(0, low - 1)];
  return frame && Math.abs(time - frame.time) < SHOWN_FOR ? frame : undefined;
}
