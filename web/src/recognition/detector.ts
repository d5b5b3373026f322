import { Tensor, type InferenceSession } from 'onnxruntime-web/wasm';
import type { ModelDescription } from '../api/models';
import { decodeCells } from './faceCells';
import { resize } from './faceCrop';
import { scaled, type DetectedFace } from './faces';
import type { Picture } from './picture';
import { suppress } from './suppression';

/** Sides of the input are multiples of this, the coarsest grid. */
const SIDE_STEP = 32;

/** How much a small picture is enlarged at most; a tight face crop that is blown up further is missed. */
const MOST_ENLARGED = 2;

/** Finds faces with Mien's own detector (the server's OnnxFaceDetector). */
export class FaceDetector {
  private readonly confidence: number;
  private readonly overlap: number;
  private readonly maximumSide: number;

  constructor(private readonly session: InferenceSession, { detection }: ModelDescription) {
    ({ confidence: this.confidence, overlap: this.overlap, maximumSide: this.maximumSide } = detection!);
  }

  /** The faces of a picture, the most confident first. */
  async detect(picture: Picture): Promise<DetectedFace[]> {
    const fround = Math.fround;
    const scale = Math.min(fround(this.maximumSide / picture.width), fround(this.maximumSide / picture.height), MOST_ENLARGED);
    const seenWidth = Math.max(1, roundToEven(fround(picture.width * scale))), seenHeight = Math.max(1, roundToEven(fround(picture.height * scale)));
    const seen = seenWidth === picture.width && seenHeight === picture.height ? picture : resize(picture, seenWidth, seenHeight);
    const width = roundUp(seenWidth), height = roundUp(seenHeight);
    const input = new Tensor('float32', planes(seen, width, height), [1, 3, height, width]);
    const outputs = await this.session.run({ [this.session.inputNames[0]]: input });
    const values = (name: string) => outputs[name].data as Float32Array;
    const found = decodeCells(values('scores'), values('boxes'), values('landmarks'), width, height, this.confidence);
    const faces = suppress(found.map(face => scaled(face, fround(picture.width / seenWidth), fround(picture.height / seenHeight))), this.overlap);
    for (const output of Object.values(outputs))
      output.dispose();
    return faces;
  }
}

function roundUp(side: number): number {
  return Math.ceil(side / SIDE_STEP) * SIDE_STEP;
}

/** As .NET rounds: halves go to the even neighbour. */
function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The picture as planes of red, green and blue in the upper left corner of an input that is 0 elsewhere. */
function planes({ width, height, data }: Picture, inputWidth: number, inputHeight: number): Float32Array {
  const planes = new Float32Array(3 * inputWidth * inputHeight);
  const area = inputWidth * inputHeight;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0, i = y * inputWidth; x < width; x++, i++, p += 4) {
      planes[i] = data[p];
      planes[area + i] = data[p + 1];
      planes[2 * area + i] = data[p + 2];
    }
  }
  return planes;
}
