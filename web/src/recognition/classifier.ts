import { Tensor, type InferenceSession } from 'onnxruntime-web/wasm';
import type { BoxToCrop, ModelDescription } from '../api/models';
import { cropRegionOf } from './cropRegion';
import { cut, cutGray } from './faceCrop';
import type { DetectedFace, FaceReading, Scores } from './faces';
import type { Picture } from './picture';

/** The most faces that go through the network at once. */
const LARGEST_BATCH = 64;

/** Tells what faces express (the server's EmotionClassifier). */
export class EmotionClassifier {
  /** @param boxToCrop Leads from the boxes of the detector that finds the faces to their crops. */
  constructor(private readonly session: InferenceSession, private readonly model: ModelDescription, private readonly boxToCrop: BoxToCrop) {}

  get labels(): readonly string[] {
    return this.model.labels;
  }

  /** What the faces of a picture express, in the same order. */
  async read(picture: Picture, faces: readonly DetectedFace[]): Promise<FaceReading[]> {
    const readings: FaceReading[] = [];
    for (let first = 0; first < faces.length; first += LARGEST_BATCH)
      readings.push(...await this.readBatch(picture, faces.slice(first, first + LARGEST_BATCH)));
    return readings;
  }

  private async readBatch(picture: Picture, faces: readonly DetectedFace[]): Promise<FaceReading[]> {
    const { inputSize: size, color } = this.model;
    const channels = color === 'Gray' ? 1 : 3, area = size * size;
    const input = new Float32Array(faces.length * channels * area);
    faces.forEach((face, index) => this.fill(input.subarray(index * channels * area), picture, face));
    const outputs = await this.session.run({ [this.session.inputNames[0]]: new Tensor('float32', input, [faces.length, channels, size, size]) });
    const all = outputs[this.outputName(outputs)].data as Float32Array;
    const count = this.labels.length;
    const readings = faces.map((face, index) => reading(face, this.labels, this.probabilities(all.subarray(index * count, (index + 1) * count))));
    for (const output of Object.values(outputs))
      output.dispose();
    return readings;
  }

  /** The output that holds the scores: the named one, or the one as wide as there are labels. */
  private outputName(outputs: InferenceSession.ReturnType): string {
    const { output } = this.model;
    const name = output || this.session.outputNames.find(name => outputs[name].dims.at(-1) === this.labels.length);
    if (!name || !outputs[name])
      throw new Error(`The model ${this.model.name} has no output for its ${this.labels.length} labels.`);
    return name;
  }

  /** One face as the planes that the network wants. */
  private fill(planes: Float32Array, picture: Picture, face: DetectedFace): void {
    const { inputSize: size, color, cropMargin } = this.model;
    const region = cropRegionOf(face, this.boxToCrop, cropMargin);
    if (color === 'Gray') {
      this.normalise(planes, cutGray(picture, region, size), 0, 1, 0);
      return;
    }
    const colors = cut(picture, region, size).data;
    for (let channel = 0; channel < 3; channel++)
      this.normalise(planes.subarray(channel * size * size), colors, color === 'Bgr' ? 2 - channel : channel, 4, channel);
  }

  private normalise(plane: Float32Array, pixels: ArrayLike<number>, from: number, step: number, channel: number): void {
    const { mean, deviation, inputSize: size } = this.model;
    const of = (values: readonly number[], otherwise: number) => values[values.length > 1 ? channel : 0] ?? otherwise;
    const subtract = of(mean, 0), divide = of(deviation, 1);
    for (let i = 0, p = from; i < size * size; i++, p += step)
      plane[i] = (pixels[p] - subtract) / divide;
  }

  /** A softmax with the model's temperature, where the graph has none. */
  private probabilities(output: Float32Array): Float32Array {
    if (this.model.softmaxInGraph)
      return output;
    const most = Math.max(...output);
    const scores = output.map(value => Math.exp((value - most) / this.model.temperature));
    const sum = scores.reduce((sum, score) => sum + score, 0);
    return scores.map(score => score / sum);
  }
}

function reading(face: DetectedFace, labels: readonly string[], values: Float32Array): FaceReading {
  const scores: Record<string, number> = {};
  let top = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new Error('The model gave something that is no score; its weights may be damaged.');
    scores[labels[i]] = values[i];
    if (values[i] > values[top])
      top = i;
  }
  return { ...face, label: labels[top], confidence: values[top], scores: scores as Scores };
}
