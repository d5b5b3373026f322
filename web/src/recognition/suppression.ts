import { overlap, type DetectedFace } from './faces';

/** The candidates that looking at them pair by pair can afford. */
const MOST_CANDIDATES = 5000;

/**
 * Leaves one box for each face where the network gives several, the most confident first.
 * @param threshold Of two boxes that overlap by more than this the less confident is left out.
 */
export function suppress(candidates: readonly DetectedFace[], threshold: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of candidates.toSorted((a, b) => b.detection - a.detection).slice(0, MOST_CANDIDATES)) {
    if (!kept.some(other => overlap(other.box, face.box) > threshold))
      kept.push(face);
  }
  return kept;
}
