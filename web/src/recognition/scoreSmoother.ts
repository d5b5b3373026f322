import type { Scores } from './faces';

/** Time constants in seconds: while the scores are steady, and at the sharpest change. */
const STEADY = 0.4, CHANGING = 0.06;

/** Probabilities below this are taken for this, so that no reading is infinitely sure. */
const FLOOR = 0.001;

/** Smooths the scores of one track: slow while they are steady, quick at a change that two readings agree on (the server's ScoreSmoother). */
export class ScoreSmoother {
  private time = 0;
  private last?: Scores;
  private smoothed?: Scores;

  smooth(time: number, scores: Scores): Scores {
    this.smoothed = this.smoothed && this.last ? follow(this.smoothed, scores, this.shareOf(time, scores)) : scores;
    this.last = scores;
    this.time = time;
    return this.smoothed;
  }

  private shareOf(time: number, scores: Scores): number {
    const change = agreedChange(this.smoothed!, this.last!, scores);
    const rate = 1 / STEADY + (1 / CHANGING - 1 / STEADY) * change * change;
    return 1 - Math.exp(-rate * (time - this.time));
  }
}

function follow(before: Scores, now: Scores, share: number): Scores {
  const smoothed: Record<string, number> = {};
  let sum = 0;
  for (const label in now) {
    const from = Math.log(Math.max(FLOOR, before[label])), to = Math.log(Math.max(FLOOR, now[label]));
    sum += smoothed[label] = Math.exp(from + share * (to - from));
  }
  for (const label in smoothed)
    smoothed[label] /= sum;
  return smoothed;
}

/** How far two readings in a row both are from the smoothed scores, in the same direction: 0 to 1, as total variation. */
function agreedChange(smoothed: Scores, before: Scores, now: Scores): number {
  let earlier = 0, later = 0, together = 0;
  for (const label in now) {
    const first = before[label] - smoothed[label], second = now[label] - smoothed[label];
    earlier += Math.abs(first) / 2;
    later += Math.abs(second) / 2;
    together += first * second;
  }
  return together > 0 ? Math.min(earlier, later) : 0;
}
