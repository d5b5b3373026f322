/** What is needed to run a classifier, as `/v1/models` tells it. */
export interface ClassifierDescription {
  readonly name: string;
  /** Where its ONNX file is. */
  readonly file: string;
  readonly labels: readonly string[];
  /** The output that holds the scores; empty: the one as wide as there are labels. */
  readonly output: string;
  readonly inputSize: number;
  readonly color: 'Gray' | 'Rgb' | 'Bgr';
  /** What the network is given is (pixel - mean) / deviation; empty where the graph does that itself. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Room around the standard crop, as a share of its side. */
  readonly cropMargin: number;
  /** By what the outputs are divided before the softmax; absent where the graph gives probabilities. */
  readonly temperature?: number;
}

/** What is needed to run the detector. */
export interface DetectorDescription {
  readonly name: string;
  readonly file: string;
  /** From this confidence on a find is a face. */
  readonly usualConfidence: number;
}

/** The models of a worker, and the key that the server may ask for. */
export interface ModelChoice {
  readonly detector: DetectorDescription;
  readonly classifier: ClassifierDescription;
  readonly key?: string;
}
