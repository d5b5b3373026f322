// Runs the networks away from the page, so that it stays responsive. Requests are answered in their order.
import type { BrowserModels } from '../api/models';
import { EmotionClassifier } from './classifier';
import { FaceDetector } from './detector';
import { FrameReader } from './frameReader';
import { pixelsOf } from './picture';
import { open } from './runtime';
import type { WorkerAnswer, WorkerRequest } from './workerMessages';

interface Networks {
  readonly detector: FaceDetector;
  readonly classifier: EmotionClassifier;
}

let networks: Networks | undefined;
let frames: FrameReader | undefined;
let queue = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  queue = queue.then(async () => {
    try {
      self.postMessage({ id: data.id, result: await answer(data) } satisfies WorkerAnswer);
    } catch (error) {
      self.postMessage({ id: data.id, fault: error instanceof Error ? error.message : String(error) } satisfies WorkerAnswer);
    }
  });
};

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.kind) {
    case 'load':
      networks = await load(request.models, request.key);
      return networks.classifier.labels;
    case 'picture': {
      const picture = take(request.bitmap);
      const { detector, classifier } = networks!;
      return { source: request.source, width: picture.width, height: picture.height, faces: await classifier.read(picture, await detector.detect(picture)) };
    }
    case 'begin':
      frames = new FrameReader(networks!.detector, networks!.classifier);
      return undefined;
    case 'frame':
      return await frames!.read(take(request.bitmap), request.frame, request.time);
    case 'end':
      return frames?.finish() ?? [];
  }
}

async function load({ detector, classifier }: BrowserModels, key?: string): Promise<Networks> {
  const [detectorFile, classifierFile] = await Promise.all([fetchModel(detector.file!, key), fetchModel(classifier.file!, key)]);
  // One after the other: the runtime cannot start twice at once.
  const detectorSession = await open(detectorFile);
  return { detector: new FaceDetector(detectorSession, detector), classifier: new EmotionClassifier(await open(classifierFile), classifier, detector.detection!) };
}

async function fetchModel(file: string, key?: string): Promise<Uint8Array> {
  const answer = await fetch(file, key ? { headers: { 'X-Api-Key': key } } : {});
  if (!answer.ok)
    throw new Error(`The server did not give the model ${file} (status ${answer.status}). Look at its log, or read pictures on the server instead.`);
  return new Uint8Array(await answer.arrayBuffer());
}

function take(bitmap: ImageBitmap) {
  const picture = pixelsOf(bitmap);
  bitmap.close();
  return picture;
}
