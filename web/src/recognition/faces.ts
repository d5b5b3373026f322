/** A rectangle in pixels of the picture: [x, y, width, height]; it may reach beyond the border. */
export type Box = readonly [number, number, number, number];

/** A position in pixels; the centre of the first pixel is (0.5, 0.5). */
export type Point = readonly [number, number];

/** Five points of a face; left and right as seen in the picture. */
export interface Landmarks {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly nose: Point;
  readonly leftMouth: Point;
  readonly rightMouth: Point;
}

/** A face that the detector found. */
export interface DetectedFace {
  readonly box: Box;
  /** How sure the detector is, 0 to 1. */
  readonly detection: number;
  readonly landmarks?: Landmarks;
}

/** The probability of each label. */
export type Scores = Readonly<Record<string, number>>;

/** One face and what its expression reads as: a prediction, not the person's inner state. */
export interface FaceReading extends DetectedFace {
  readonly label: string;
  readonly confidence: number;
  readonly scores: Scores;
}

/** The faces of one picture, as `mien analyze --json` tells them. */
export interface PictureReading {
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly FaceReading[];
}

/** A face that is followed through frames. */
export interface TrackedFace extends FaceReading {
  /** Its id: from 1 on, never used twice. */
  readonly track: number;
  readonly smoothed: Scores;
  /** -1 to 1, derived from `smoothed`; absent if a label has no place there. */
  readonly valence?: number;
  readonly arousal?: number;
}

/** The faces of one frame, as `mien watch --json` tells them. */
export interface FrameReading {
  readonly frame: number;
  /** Seconds from the start. */
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly TrackedFace[];
}

/** A face that came or went. */
export interface TrackEvent {
  readonly event: 'entered' | 'left';
  readonly time: number;
  readonly track: number;
}

/** The label with the highest probability. */
export function topOf(scores: Scores): string {
  let top = '';
  for (const label in scores) {
    if (top === '' || scores[label] > scores[top])
      top = label;
  }
  return top;
}

/** Intersection over union of two boxes, 0 to 1. */
export function overlap([x, y, width, height]: Box, [x2, y2, width2, height2]: Box): number {
  const across = Math.min(x + width, x2 + width2) - Math.max(x, x2), up = Math.min(y + height, y2 + height2) - Math.max(y, y2);
  if (across <= 0 || up <= 0)
    return 0;
  const shared = across * up;
  return shared / (width * height + width2 * height2 - shared);
}

/** The same face, its pixels counted in another scale. */
export function scaled(face: DetectedFace, scaleX: number, scaleY: number): DetectedFace {
  // In 32 bits, as the server counts.
  return mapped(face, ([x, y]) => [Math.fround(x * scaleX), Math.fround(y * scaleY)]);
}

/** The same face elsewhere. */
export function moved(face: DetectedFace, byX: number, byY: number): DetectedFace {
  return mapped(face, ([x, y]) => [x + byX, y + byY]);
}

function mapped({ box: [x, y, width, height], detection, landmarks }: DetectedFace, map: (point: Point) => Point): DetectedFace {
  const [left, top] = map([x, y]), [right, bottom] = map([x + width, y + height]);
  return {
    box: [left, top, right - left, bottom - top],
    detection,
    landmarks: landmarks && {
      leftEye: map(landmarks.leftEye), rightEye: map(landmarks.rightEye), nose: map(landmarks.nose),
      leftMouth: map(landmarks.leftMouth), rightMouth: map(landmarks.rightMouth),
    },
  };
}
