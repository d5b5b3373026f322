import type { DetectedFace, Point } from './faces';

/** Sides of the cells in pixels: three grids, the finest first. */
const STRIDES = [8, 16, 32];

/** The largest box that is read, as a logarithm. */
const MOST_LOG_SIDE = 6;

/**
 * The faces of the cells that are sure enough, overlapping ones included, in pixels of the input (the server's FaceCells): each cell,
 * row by row, has a score, a box and five landmarks, in units of the cell and seen from its centre.
 */
export function decodeCells(scores: Float32Array, boxes: Float32Array, landmarks: Float32Array, width: number, height: number, minimumConfidence: number): DetectedFace[] {
  const faces: DetectedFace[] = [];
  let cell = 0;
  for (const stride of STRIDES) {
    const columns = Math.floor(width / stride), rows = Math.floor(height / stride);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, cell++) {
        if (!(scores[cell] >= minimumConfidence))
          continue;
        const x = (column + 0.5) * stride, y = (row + 0.5) * stride;
        const box = boxes.subarray(cell * 4), points = landmarks.subarray(cell * 10);
        const boxWidth = Math.exp(Math.min(box[2], MOST_LOG_SIDE)) * stride, boxHeight = Math.exp(Math.min(box[3], MOST_LOG_SIDE)) * stride;
        const point = (index: number): Point => [Math.fround(x + points[2 * index] * stride), Math.fround(y + points[2 * index + 1] * stride)];
        faces.push({
          box: [x + box[0] * stride - boxWidth / 2, y + box[1] * stride - boxHeight / 2, boxWidth, boxHeight],
          detection: Math.min(scores[cell], 1),
          landmarks: { leftEye: point(0), rightEye: point(1), nose: point(2), leftMouth: point(3), rightMouth: point(4) },
        });
      }
    }
  }
  return faces.filter(face => face.box.every(Number.isFinite) && face.box[2] > 0 && face.box[3] > 0);
}
