/** The colour of each expression, from the bottom of a stack to its top: pleasant ones stand on the ground (the reports' ExpressionColors). */
const KNOWN: Readonly<Record<string, readonly [color: string, ink: string]>> = {
  happiness: ['#e9b93a', '#16181c'],
  surprise: ['#5fb8b0', '#16181c'],
  neutral: ['#aab0b8', '#16181c'],
  contempt: ['#a07a5a', '#16181c'],
  disgust: ['#5d9b57', '#16181c'],
  fear: ['#8d72cf', '#16181c'],
  sadness: ['#4079c4', '#ffffff'],
  anger: ['#d0504a', '#16181c'],
};

const ORDER = Object.keys(KNOWN);

/** For a user's own labels. */
const OTHERS = ['#c2528b', '#b59a2b', '#3b7dd8', '#e0793c', '#2ea36f', '#8a6fd1'];

/** The labels from the bottom of a stack to its top; a user's own come last. */
export function stacked(labels: readonly string[]): string[] {
  const place = (label: string) => label in KNOWN ? ORDER.indexOf(label) : ORDER.length;
  return labels.toSorted((a, b) => place(a) - place(b));
}

/** A label's colour. */
export function colorOf(label: string): string {
  return KNOWN[label]?.[0] ?? OTHERS[[...label].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % OTHERS.length];
}

/** The colour of text on a label's colour. */
export function inkOn(label: string): string {
  return KNOWN[label]?.[1] ?? '#16181c';
}
