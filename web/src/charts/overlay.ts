import { colorOf, inkOn } from '../expressions';
import { topOf, type Box, type TrackedFace } from '../recognition/faces';
import { percent } from '../words';

/** What is written at a box. */
export interface Boxed {
  readonly box: Box;
  readonly label: string;
  readonly text: string;
  /** What is written where there is no room for the text. */
  readonly short: string;
}

type Rectangle = readonly [left: number, top: number, width: number, height: number];

/** A face with its id and what it reads as. */
export function boxedTrack({ box, track, smoothed }: TrackedFace): Boxed {
  const label = topOf(smoothed);
  return { box, label, text: `${track} ${label} ${percent(smoothed[label])}`, short: String(track) };
}

/** Draws boxes with their labels over a picture that is shown at any size. */
export function drawBoxes(canvas: HTMLCanvasElement, width: number, height: number, faces: readonly Boxed[], mirrored = false): void {
  if (canvas.width !== width || canvas.height !== height)
    [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, width, height);
  // Pixels of the picture for one of the screen.
  const unit = canvas.clientWidth > 0 ? Math.max(width / canvas.clientWidth, height / canvas.clientHeight) : 1;
  context.font = `600 ${13 * unit}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const sided = (left: number, boxWidth: number) => mirrored ? width - left - boxWidth : left;
  const tagOf = ({ box: [x, y, boxWidth, boxHeight] }: Boxed, written: string): Rectangle => {
    const wide = context.measureText(written).width + 12 * unit, tall = 20 * unit;
    const top = y >= tall + 2 * unit ? y - tall - 2 * unit : Math.min(height - tall, y + boxHeight + 2 * unit);
    return [Math.max(0, Math.min(sided(x, boxWidth), width - wide)), top, wide, tall];
  };
  const full = faces.map(face => tagOf(face, face.text));
  faces.forEach((face, index) => {
    const { box: [x, y, boxWidth, boxHeight], label } = face;
    context.strokeStyle = colorOf(label);
    context.lineWidth = 2.5 * unit;
    context.beginPath();
    context.roundRect(sided(x, boxWidth), y, boxWidth, boxHeight, 6 * unit);
    context.stroke();

    const hasRoom = full.every((other, place) => place === index || !meet(full[index], other));
    const written = hasRoom ? face.text : face.short, tag = tagOf(face, written);
    context.fillStyle = colorOf(label);
    context.beginPath();
    context.roundRect(...tag, 5 * unit);
    context.fill();
    context.fillStyle = inkOn(label);
    context.fillText(written, tag[0] + 6 * unit, tag[1] + tag[3] / 2 + unit);
  });
}

function meet([left, top, width, height]: Rectangle, [left2, top2, width2, height2]: Rectangle): boolean {
  return left < left2 + width2 && left2 < left + width && top < top2 + height2 && top2 < top + height;
}
