import { affectOf } from '../recognition/circumplex';
import { topOf, type FrameReading, type Scores } from '../recognition/faces';

/** A reading stands until the next one of its face; more seconds than this are a gap and count for nothing. */
export const MAXIMUM_GAP = 1;

/** A time for which a face kept one label. */
export interface Episode {
  readonly track: number;
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

/** What came of a stretch of time, as the server tells it of stored sessions (docs/api.md), or as much of it as the page shows. */
export interface PeriodSummary {
  /** The marker that it begins with, if any. */
  readonly marker?: string;
  readonly start: number;
  readonly end: number;
  readonly mostPeople: number;
  readonly people: readonly { readonly track: number }[];
  readonly everyone: {
    /** The share of the time that was read for which each label was the most probable. */
    readonly shares: Scores;
    /** Derived, not measured; absent without a face or for labels without a place. */
    readonly valence?: number;
    /** The longest times with one expression, longest first. */
    readonly episodes: readonly Episode[];
  };
}

/** The whole, and from marker to marker; what came before the first marker has no name. */
export interface Summary {
  readonly whole: PeriodSummary;
  readonly segments: readonly PeriodSummary[];
}

const MOST_EPISODES = 5;

/** Sums up a stretch of time while its readings come. */
export class PeriodTotals {
  private readonly seconds: Record<string, number> = {};
  private readonly tracks = new Set<number>();
  private readonly open = new Map<number, Episode>();
  private episodes: Episode[] = [];
  private valence = 0;
  private valenceSeconds = 0;
  private mostPeople = 0;
  private end: number;

  constructor(private readonly start: number, private readonly marker?: string) {
    this.end = start;
  }

  /** Adds what a face read as from one time to another. */
  add(track: number, from: number, to: number, scores: Scores): void {
    const label = topOf(scores), seconds = to - from;
    this.seconds[label] = (this.seconds[label] ?? 0) + seconds;
    const affect = affectOf(scores);
    if (affect) {
      this.valence += affect.valence * seconds;
      this.valenceSeconds += seconds;
    }
    const last = this.open.get(track);
    const continues = last && last.label === label && last.end === from;
    if (last && !continues)
      this.close(last);
    this.open.set(track, { track, label, start: continues ? last.start : from, end: to });
  }

  see({ time, faces }: FrameReading): void {
    this.end = time;
    this.mostPeople = Math.max(this.mostPeople, faces.length);
    for (const face of faces)
      this.tracks.add(face.track);
  }

  summarise(): PeriodSummary {
    const total = Object.values(this.seconds).reduce((sum, seconds) => sum + seconds, 0);
    return {
      marker: this.marker,
      start: this.start,
      end: this.end,
      mostPeople: this.mostPeople,
      people: [...this.tracks].map(track => ({ track })),
      everyone: {
        shares: Object.fromEntries(Object.entries(this.seconds).map(([label, seconds]) => [label, seconds / total])),
        valence: this.valenceSeconds > 0 ? this.valence / this.valenceSeconds : undefined,
        episodes: longest([...this.episodes, ...this.open.values()]),
      },
    };
  }

  private close(episode: Episode): void {
    this.episodes.push(episode);
    if (this.episodes.length > 2 * MOST_EPISODES)
      this.episodes = longest(this.episodes);
  }
}

function longest(episodes: Episode[]): Episode[] {
  return episodes.toSorted((a, b) => (b.end - b.start) - (a.end - a.start)).slice(0, MOST_EPISODES);
}
