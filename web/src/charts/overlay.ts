import { colorOf, inkOn } from '../expressions';
import type { Box } from '../recognition/faces';

/** What is written at a box. */
export interface Boxed {
  readonly box: Box;
  readonly label: string;
  readonly text: string;
}

/** Draws boxes with their labels over a picture that is shown at any size. */
export function drawBoxes(canvas: HTMLCanvasElement, width: number, height: number, faces: readonly Boxed[], mirrored = false): void {
  if (canvas.width !== width || canvas.height !== height)
    [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, width, height);
  // Pixels of the picture for one of the screen.
  const unit = canvas.clientWidth > 0 ? width / canvas.clientWidth : 1;
  context.font = `600 ${13 * unit}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  for (const { box: [x, y, boxWidth, boxHeight], label, text } of faces) {
    const left = mirrored ? width - x - boxWidth : x;
    context.strokeStyle = colorOf(label);
    context.lineWidth = 2.5 * unit;
    context.beginPath();
    context.roundRect(left, y, boxWidth, boxHeight, 6 * unit);
    context.stroke();
    const wide = context.measureText(text).width + 12 * unit, tall = 20 * unit;
    const at = Math.max(0, Math.min(left, width - wide)), top = y >= tall + 2 * unit ? y - tall - 2 * unit : Math.min(height - tall, y + boxHeight + 2 * unit);
    context.fillStyle = colorOf(label);
    context.beginPath();
    context.roundRect(at, top, wide, tall, 5 * unit);
    context.fill();
    context.fillStyle = inkOn(label);
    context.fillText(text, at + 6 * unit, top + tall / 2 + unit);
  }
}
