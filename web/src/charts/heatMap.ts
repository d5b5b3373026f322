import type { Box } from '../recognition/faces';

/** One face of `POST /v1/explain`: docs/explain-output.md. */
export interface FaceMap {
  readonly box: Box;
  /** The square that the model saw and the map lies over. */
  readonly region: { readonly centerX: number; readonly centerY: number; readonly side: number; readonly angle: number };
  readonly label: string;
  readonly probability: number;
  readonly lowest: number;
  readonly map: readonly (readonly number[])[];
}

/** Red carries the label, blue speaks against it. */
const FOR = [214, 48, 39], AGAINST = [49, 106, 196];

/** A map whose strongest part moves the probability by less than this has no full colour. */
const LEAST_RANGE = 0.01;

/** Lays heat maps over a picture of that size. */
export function drawHeat(canvas: HTMLCanvasElement, width: number, height: number, faces: readonly FaceMap[]): void {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  for (const { region: { centerX, centerY, side, angle }, map } of faces) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.translate(centerX, centerY);
    context.rotate(angle);
    context.imageSmoothingEnabled = true;
    context.drawImage(cellsOf(map), -side / 2, -side / 2, side, side);
  }
}

function cellsOf(map: FaceMap['map']): OffscreenCanvas {
  const cells = map.length, strongest = Math.max(LEAST_RANGE, ...map.flat().map(Math.abs));
  const pixels = new ImageData(cells, cells);
  map.flat().forEach((value, index) => pixels.data.set([...(value < 0 ? AGAINST : FOR), 200 * Math.abs(value) / strongest], 4 * index));
  const canvas = new OffscreenCanvas(cells, cells);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}
