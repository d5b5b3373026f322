import type { Scores } from '../recognition/faces';
import { affectOf } from '../recognition/circumplex';

/** A stretch of a timeline. */
export interface Bin {
  readonly start: number;
  readonly end: number;
  /** How many faces were read, on average. */
  readonly people: number;
  /** What they read as, on average; absent where there was no face. */
  readonly scores?: Scores;
  readonly valence?: number;
}

const MOST_BINS = 600;

/** Face time and scores in bins of equal length that double when there would be too many: bounded memory for any length. */
export class Binner {
  private length = 0.25;
  private sums: ({ seconds: number; scores: Record<string, number> } | undefined)[] = [];

  /** Adds a face from one time to another. */
  add(from: number, to: number, scores: Scores): void {
    while (to / this.length >= MOST_BINS)
      this.double();
    for (let bin = Math.floor(from / this.length); bin * this.length < to; bin++) {
      const seconds = Math.min(to, (bin + 1) * this.length) - Math.max(from, bin * this.length);
      const sum = this.sums[bin] ??= { seconds: 0, scores: {} };
      sum.seconds += seconds;
      for (const label in scores)
        sum.scores[label] = (sum.scores[label] ?? 0) + seconds * scores[label];
    }
  }

  bins(): Bin[] {
    return Array.from(this.sums, (sum, index) => {
      const start = index * this.length, end = start + this.length;
      if (!sum)
        return { start, end, people: 0 };
      const scores = Object.fromEntries(Object.entries(sum.scores).map(([label, total]) => [label, total / sum.seconds]));
      return { start, end, people: sum.seconds / this.length, scores, valence: affectOf(scores)?.valence };
    });
  }

  private double(): void {
    const halves = this.sums;
    this.sums = [];
    this.length *= 2;
    halves.forEach((half, index) => {
      if (!half)
        return;
      const sum = this.sums[index >> 1] ??= { seconds: 0, scores: {} };
      sum.seconds += half.seconds;
      for (const label in half.scores)
        sum.scores[label] = (sum.scores[label] ?? 0) + half.scores[label];
    });
  }
}
