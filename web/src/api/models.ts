import { askJson, Problem } from './client';

/** How a detector's boxes lead to the crops of its faces. */
export interface BoxToCrop {
  /** Side of the crop over the longer side of the box. */
  readonly cropScale: number;
  /** How far the centre of the crop lies below that of the box, in box heights. */
  readonly cropShiftY: number;
}

/** A model as the server tells it: what it is, how good it is, and what is needed to run it. */
export interface ModelDescription {
  readonly name: string;
  readonly task: 'emotion' | 'face-detection';
  readonly loaded: boolean;
  readonly labels: readonly string[];
  /** Other sets of labels, by name; each is an output of that name. */
  readonly alternatives: Readonly<Record<string, readonly string[]>>;
  readonly file?: string;
  readonly card?: string;
  readonly inputSize: number;
  readonly color: 'Gray' | 'Rgb' | 'Bgr';
  /** What the network is given is (pixel - mean) / deviation; empty where the graph does that itself. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly softmaxInGraph: boolean;
  readonly temperature: number;
  /** The output that holds the scores; empty: the one as wide as there are labels. */
  readonly output: string;
  /** Room around the standard crop, as a share of its side. */
  readonly cropMargin: number;
  /** Of a detector: from which confidence on a find is a face, which overlap is too much, and how large a picture is seen. */
  readonly detection?: { readonly confidence: number; readonly overlap: number; readonly maximumSide: number } & BoxToCrop;
  readonly precision: string;
  readonly license: string;
  readonly trainingData: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The detector that the browser can run. */
const DETECTOR = 'face-detector';

/** The models that the server has, the loaded ones first. */
export async function models(): Promise<readonly ModelDescription[]> {
  return (await askJson<{ models: ModelDescription[] }>('/v1/models')).models;
}

/** The models that this browser reads pictures with: the server's classifier and Mien's own detector. */
export interface BrowserModels {
  readonly detector: ModelDescription;
  readonly classifier: ModelDescription;
}

/** @param labels The name of one of the classifier's other sets of labels; empty for its own. */
export async function browserModels(labels: string): Promise<BrowserModels> {
  const all = await models();
  const detector = all.find(model => model.name === DETECTOR), classifier = all.find(model => model.task === 'emotion' && model.loaded);
  if (!detector?.file || !classifier?.file)
    throw new Problem(`The server has no ${detector?.file ? 'classifier' : DETECTOR} for browsers. Send frames to the server instead.`);
  return {
    detector,
    classifier: labels === '' ? classifier : { ...classifier, labels: classifier.alternatives[labels], output: labels },
  };
}
