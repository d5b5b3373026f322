import type { BrowserModels } from '../api/models';
import type { FrameReading, PictureReading, TrackEvent } from './faces';
import type { WorkerAnswer, WorkerRequest } from './workerMessages';

type Request = WorkerRequest extends infer R ? R extends WorkerRequest ? Omit<R, 'id'> : never : never;

/** The networks in a worker of this browser: pictures and frames do not leave the device. */
export class Recognizer {
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'recognition' });
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private lastId = 0;

  private constructor(readonly labels: readonly string[]) {
    this.worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      const { resolve, reject } = this.waiting.get(data.id)!;
      this.waiting.delete(data.id);
      if (data.fault === undefined)
        resolve(data.result);
      else
        reject(new Error(data.fault));
    };
    this.worker.onerror = event => {
      const error = new Error(`Reading pictures in this browser failed: ${event.message || 'its worker could not start'}. Reload the page, or read on the server.`);
      for (const { reject } of this.waiting.values())
        reject(error);
      this.waiting.clear();
    };
  }

  /**
   * Starts a worker and loads the models into it.
   * @param key The API key, if the server asks for one.
   */
  static async load(models: BrowserModels, key?: string): Promise<Recognizer> {
    const recognizer = new Recognizer(models.classifier.labels);
    try {
      await recognizer.ask({ kind: 'load', models, key });
      return recognizer;
    } catch (error) {
      recognizer.close();
      throw error;
    }
  }

  /** Whether a frame is taken now: one is read while the next one is on its way. */
  get isFree(): boolean {
    return this.waiting.size < 2;
  }

  /** Finds the faces of a picture; takes the bitmap over. */
  readPicture(source: string, bitmap: ImageBitmap): Promise<PictureReading> {
    return this.ask({ kind: 'picture', source, bitmap }, [bitmap]) as Promise<PictureReading>;
  }

  /** Begins a series of frames; faces get their ids anew. */
  begin(): Promise<void> {
    return this.ask({ kind: 'begin' }) as Promise<void>;
  }

  /** Reads the next frame; takes the bitmap over. */
  readFrame(frame: number, time: number, bitmap: ImageBitmap): Promise<{ reading: FrameReading; events: TrackEvent[] }> {
    return this.ask({ kind: 'frame', frame, time, bitmap }, [bitmap]) as Promise<{ reading: FrameReading; events: TrackEvent[] }>;
  }

  /** Ends the series: who is still there leaves. */
  end(): Promise<TrackEvent[]> {
    return this.ask({ kind: 'end' }) as Promise<TrackEvent[]>;
  }

  close(): void {
    this.worker.terminate();
  }

  private ask(request: Request, transfer: Transferable[] = []): Promise<unknown> {
    const id = ++this.lastId;
    const waiting = Promise.withResolvers<unknown>();
    this.waiting.set(id, waiting);
    this.worker.postMessage({ ...request, id }, transfer);
    return waiting.promise;
  }
}
