import type { FrameReading, TrackEvent, TrackedFace } from '../recognition/faces';
import { Binner, type Bin } from './binner';
import { MAXIMUM_GAP, PeriodTotals, type Summary } from './totals';

/** A moment that somebody named. */
export interface Marker {
  readonly time: number;
  readonly marker: string;
}

/** The readings of one live session or video, in the memory of this page: numbers, never pictures. */
export class Recording {
  readonly frames: FrameReading[] = [];
  readonly events: TrackEvent[] = [];
  readonly markers: Marker[] = [];
  private readonly timeline = new Binner();
  private readonly whole = new PeriodTotals(0);
  /** From marker to marker; what came before the first marker has no name. */
  private readonly segments = [new PeriodTotals(0)];
  private last = new Map<number, { time: number; face: TrackedFace }>();

  /** @param source What the session is called in files. */
  constructor(readonly source: string, readonly labels: readonly string[]) {}

  /** When the last frame was. */
  get end(): number {
    return this.frames.at(-1)?.time ?? 0;
  }

  add(frame: FrameReading, events: readonly TrackEvent[] = []): void {
    this.frames.push(frame);
    this.events.push(...events);
    const segment = this.segments.at(-1)!;
    for (const face of frame.faces) {
      const before = this.last.get(face.track);
      if (before && frame.time - before.time <= MAXIMUM_GAP) {
        this.whole.add(face.track, before.time, frame.time, before.face.smoothed);
        segment.add(face.track, before.time, frame.time, before.face.smoothed);
        this.timeline.add(before.time, frame.time, before.face.smoothed);
      }
      this.last.set(face.track, { time: frame.time, face });
    }
    for (const { event, track } of events) {
      if (event === 'left')
        this.last.delete(track);
    }
    this.whole.see(frame);
    segment.see(frame);
  }

  /** Begins a segment. */
  mark(time: number, marker: string): void {
    this.markers.push({ time, marker });
    this.segments.push(new PeriodTotals(time, marker));
  }

  bins(): Bin[] {
    return this.timeline.bins();
  }

  summary(): Summary {
    return { whole: this.whole.summarise(), segments: this.markers.length === 0 ? [] : this.segments.map(segment => segment.summarise()).filter(segment => segment.end > segment.start) };
  }
}
