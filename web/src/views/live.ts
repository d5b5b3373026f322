import { models } from '../api/models';
import { saveSession } from '../api/sessions';
import { Bars } from '../charts/bars';
import { boxedTrack, drawBoxes } from '../charts/overlay';
import { Timeline } from '../charts/timeline';
import { button, checkbox, field, make, save } from '../dom';
import { topOf, type FrameReading, type TrackedFace } from '../recognition/faces';
import { csvOf, jsonLinesOf } from '../session/files';
import { LiveSession } from '../session/liveSession';
import type { Recording } from '../session/recording';
import { clock, count } from '../words';
import { labelChoice } from './labelChoice';
import { Message } from './message';
import { periodsOf, summaryTable } from './summary';
import type { View } from './view';

/** How often, in milliseconds, the timeline is drawn anew, and a screen reader is told what changed. */
const DRAW_EVERY = 250, TELL_EVERY = 3000;

/** What the timeline shows at least while it runs, in seconds. */
const LEAST_SECONDS = 10;

/** The camera: it starts when the user starts it. */
export function liveView(): View {
  return new Live();
}

class Live implements View {
  readonly element: HTMLElement;
  private readonly video = make('video', { muted: true, playsInline: true, attributes: { 'aria-label': 'Camera' } });
  private readonly boxes = make('canvas', { attributes: { 'aria-hidden': 'true' } });
  private readonly message = new Message();
  private readonly picture = make('div', { className: 'split' });
  private readonly faces = make('div', { className: 'faces' });
  private readonly status = make('p', { className: 'status' });
  private readonly spoken = make('p', { className: 'spoken', attributes: { role: 'status' } });
  private readonly timelinePlace = make('div');
  private readonly results = make('div');
  private readonly labels = labelChoice();
  private readonly onServer = make('input', { id: 'on-server' });
  private readonly marker = make('input', { type: 'text', maxLength: 60, placeholder: 'question 2' });
  private readonly startButton = button('Start the camera', () => this.start(), { className: 'primary' });
  private readonly pauseButton = button('Pause', () => this.pauseOrResume());
  private readonly endButton = button('End', () => this.end());
  private readonly markers = make('form', { className: 'marker' }, field('Marker', this.marker), make('button', {}, 'Set marker'));
  private readonly idle = make('p', { className: 'idle' }, 'The camera is off.');
  private session?: LiveSession;
  private timeline?: Timeline;
  private readonly cards = new Map<number, { element: HTMLElement; title: HTMLElement; bars: Bars }>();
  private times: number[] = [];
  private drawn = 0;
  private told = { at: 0, text: '' };

  constructor() {
    const stage = make('div', { className: 'stage live' }, this.video, this.boxes, this.idle);
    this.picture.append(make('div', {}, stage, this.status, this.markers), this.faces);
    this.markers.addEventListener('submit', event => {
      event.preventDefault();
      this.mark();
    });
    this.element = make('section', {},
      make('h1', {}, 'Live'),
      make('div', { className: 'actions' }, this.startButton, this.pauseButton, this.endButton, this.labels.element,
        checkbox('Send frames to the server', this.onServer)),
      this.message.element,
      this.picture,
      this.spoken, this.timelinePlace, this.results);
    this.showState();
  }

  leave(): void {
    this.session?.pause();
    this.showState();
  }

  private async start(): Promise<void> {
    this.results.replaceChildren();
    this.picture.hidden = false;
    this.faces.replaceChildren();
    this.cards.clear();
    const listener = { read: (frame: FrameReading, seconds: number) => this.show(frame, seconds), failed: (error: unknown) => this.fail(error) };
    this.session = await this.message.during('Waiting for the camera and the models.', () => LiveSession.start(this.video, this.labels.value(), this.onServer.checked, listener));
    if (!this.session)
      return;
    this.timeline = new Timeline(this.session.recording.labels, 'Expressions since the start');
    this.timelinePlace.replaceChildren(this.timeline.element);
    this.showState();
    // Somebody may have gone to another view while the models were loaded.
    if (!this.element.isConnected)
      this.leave();
  }

  private async pauseOrResume(): Promise<void> {
    if (this.session!.isRunning)
      this.session!.pause();
    else
      await this.message.during('Waiting for the camera.', () => this.session!.resume());
    this.showState();
  }

  private mark(): void {
    const name = this.marker.value.trim() || `marker ${this.session!.recording.markers.length + 1}`;
    this.session!.mark(name);
    this.marker.value = '';
    this.drawTimeline();
  }

  private async end(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    const recording = await session!.end();
    this.boxes.width = 0;
    this.faces.replaceChildren();
    this.showState();
    this.picture.hidden = true;
    this.results.replaceChildren(...this.resultsOf(recording));
    this.results.querySelector('h2')!.focus();
  }

  private fail(error: unknown): void {
    this.message.fail(error);
    this.showState();
  }

  private showState(): void {
    const { session } = this, running = session?.isRunning ?? false;
    this.startButton.hidden = session !== undefined;
    this.pauseButton.hidden = this.endButton.hidden = session === undefined;
    this.pauseButton.textContent = running ? 'Pause' : 'Resume';
    this.markers.hidden = this.status.hidden = session === undefined;
    this.labels.set(session !== undefined);
    this.onServer.disabled = session !== undefined;
    this.idle.hidden = running;
    this.idle.textContent = session ? 'Paused; the camera is off.' : 'The camera is off.';
    if (!running) {
      this.boxes.width = 0;
      this.status.textContent = '';
    }
  }

  private show(frame: FrameReading, seconds: number): void {
    const { width, height, faces } = frame;
    drawBoxes(this.boxes, width, height, faces.map(boxedTrack), true);
    this.showFaces(faces);
    const now = performance.now();
    this.times = [...this.times.filter(time => now - time < 1000), now];
    if (now - this.drawn < DRAW_EVERY)
      return;
    this.drawn = now;
    this.status.textContent = `${clock(frame.time)} · ${count(faces.length, 'face')} · ${this.times.length} frames a second · ${Math.round(seconds * 1000)} ms`;
    this.drawTimeline();
    this.tell(faces, now);
  }

  private showFaces(faces: readonly TrackedFace[]): void {
    for (const [track, { element }] of this.cards) {
      if (!faces.some(face => face.track === track)) {
        element.remove();
        this.cards.delete(track);
      }
    }
    for (const face of faces) {
      const { title, bars } = this.cardOf(face.track);
      title.textContent = `Face ${face.track} reads as ${topOf(face.smoothed)}`;
      bars.show(face.smoothed);
    }
  }

  private cardOf(track: number) {
    let card = this.cards.get(track);
    if (!card) {
      const bars = new Bars(this.session!.recording.labels), title = make('h2');
      card = { element: make('section', { className: 'face' }, title, bars.element), title, bars };
      this.cards.set(track, card);
      this.faces.append(card.element);
    }
    return card;
  }

  private drawTimeline(): void {
    const { recording } = this.session!;
    this.timeline!.show(recording.bins(), recording.markers, Math.max(LEAST_SECONDS, recording.end));
  }

  /** For those who hear the page: what changed, and not too often. */
  private tell(faces: readonly TrackedFace[], now: number): void {
    const text = faces.length === 0 ? 'No face' : faces.map(face => `Face ${face.track}: ${topOf(face.smoothed)}`).join(', ');
    if (text === this.told.text || now - this.told.at < TELL_EVERY)
      return;
    this.told = { at: now, text };
    this.spoken.textContent = text;
  }

  private resultsOf(recording: Recording): HTMLElement[] {
    const name = `${recording.source} ${new Date().toISOString().slice(0, 16).replace('T', ' ').replace(':', '.')}`;
    const message = new Message(), sessionName = make('input', { type: 'text', value: name, required: true });
    const timeline = new Timeline(recording.labels, 'Expressions of the whole session');
    timeline.show(recording.bins(), recording.markers, recording.end);
    this.timelinePlace.replaceChildren(timeline.element);
    const keep = async () => {
      const saved = await message.during('Saving the readings.', async () => {
        const model = (await models()).find(known => known.task === 'emotion' && known.loaded)?.name ?? '';
        await saveSession(sessionName.value.trim(), model, recording);
        return true;
      });
      if (saved)
        message.tell(`Saved on the server as "${sessionName.value.trim()}"; it stands under Sessions.`);
    };
    return [
      make('h2', { tabIndex: -1 }, 'What came of it'),
      summaryTable('Share of the time for which each expression was the most probable', recording.labels, periodsOf(recording.summary())),
      make('div', { className: 'actions' },
        button('Export CSV', () => save(`${name}.csv`, 'text/csv', csvOf(recording))),
        button('Export JSON', () => save(`${name}.jsonl`, 'application/x-ndjson', jsonLinesOf(recording)))),
      make('form', { className: 'actions', onsubmit: (event: Event) => { event.preventDefault(); keep(); } },
        field('Name', sessionName), make('button', {}, 'Save as session'),
        make('span', { className: 'faint' }, 'Numbers only; pictures were never kept.')),
      message.element,
    ];
  }
}
