import type { BoxToCrop } from '../api/models';
import type { DetectedFace, Landmarks, Point } from './faces';

/** A square of a picture, possibly turned, that a face crop shows. */
export interface CropRegion {
  readonly centerX: number;
  readonly centerY: number;
  readonly side: number;
  /** Turn of the face, clockwise as seen, in radians: the crop shows it upright. */
  readonly angle: number;
}

/** Where the five landmarks lie in FER-2013's faces, as shares of the picture's side (the server's CropRegion). */
const STANDARD: readonly Point[] = [[0.316, 0.382], [0.684, 0.382], [0.5, 0.596], [0.346, 0.758], [0.654, 0.758]];

/** Radians, 8 degrees, that landmarks err by: a face that is turned less is shown as it is, another one is turned back by what is more. */
const LEAST_ANGLE = 0.14;

const fround = Math.fround;

/**
 * The standard crop of a face (the server's CropRegion.Of): turned by its landmarks, halfway between where they and its box put it.
 * @param margin Room added on each side, as a share of the square's own side.
 */
export function cropRegionOf({ box: [left, top, width, height], landmarks }: DetectedFace, { cropScale, cropShiftY }: BoxToCrop, margin: number): CropRegion {
  const aligned = alignedRegion(landmarks!);
  // By the box, rounded to 32 bits where the server does.
  const centerX = fround(left + width / 2), centerY = fround(top + fround(height * fround(0.5 + fround(cropShiftY))));
  const side = fround(Math.max(width, height) * fround(cropScale));
  return {
    centerX: fround(fround(aligned.centerX + centerX) / 2),
    centerY: fround(fround(aligned.centerY + centerY) / 2),
    side: fround(fround(Math.sqrt(fround(aligned.side * side))) * fround(1 + 2 * margin)),
    angle: aligned.angle,
  };
}

/**
 * The square in which landmarks come closest, by least squares, to where they lie in FER-2013 (Umeyama 1991, two dimensions),
 * turned by LEAST_ANGLE less.
 */
function alignedRegion({ leftEye, rightEye, nose, leftMouth, rightMouth }: Landmarks): CropRegion {
  const found = [leftEye, rightEye, nose, leftMouth, rightMouth];
  const [standardX, standardY] = mean(STANDARD), [foundX, foundY] = mean(found);
  // As complex numbers a similarity is z -> turn * z + shift; the crop is the unit square turned, scaled and moved by it.
  let real = 0, imaginary = 0, square = 0;
  for (let i = 0; i < found.length; i++) {
    const offsetX = STANDARD[i][0] - standardX, offsetY = STANDARD[i][1] - standardY;
    const x = found[i][0] - foundX, y = found[i][1] - foundY;
    real += x * offsetX + y * offsetY;
    imaginary += y * offsetX - x * offsetY;
    square += offsetX * offsetX + offsetY * offsetY;
  }
  const scale = Math.hypot(real, imaginary) / square, turned = Math.atan2(imaginary, real);
  const angle = Math.sign(turned) * Math.max(0, Math.abs(turned) - LEAST_ANGLE);
  real = scale * Math.cos(angle);
  imaginary = scale * Math.sin(angle);
  const toCenterX = 0.5 - standardX, toCenterY = 0.5 - standardY;
  return {
    centerX: fround(foundX + real * toCenterX - imaginary * toCenterY),
    centerY: fround(foundY + real * toCenterY + imaginary * toCenterX),
    side: Math.max(1, fround(scale)),
    angle: fround(angle),
  };
}

function mean(points: readonly Point[]): Point {
  let x = 0, y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}
