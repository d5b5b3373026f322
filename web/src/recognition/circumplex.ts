import type { Scores } from './faces';

/** Where people place the words, as valence and arousal (Russell and Mehrabian 1977; the server's Circumplex). */
const PLACES: Readonly<Record<string, readonly [number, number]>> = {
  neutral: [0, 0],
  happiness: [0.81, 0.51],
  surprise: [0.4, 0.67],
  sadness: [-0.63, -0.27],
  anger: [-0.51, 0.59],
  disgust: [-0.6, 0.35],
  fear: [-0.64, 0.6],
  contempt: [-0.555, 0.47],
};

/** Valence and arousal, -1 to 1, derived from probabilities and not measured; undefined if a label has no place. */
export function affectOf(scores: Scores): { valence: number; arousal: number } | undefined {
  let valence = 0, arousal = 0;
  for (const label in scores) {
    const place = PLACES[label];
    if (!place)
      return undefined;
    valence += scores[label] * place[0];
    arousal += scores[label] * place[1];
  }
  return { valence, arousal };
}
