import { FrameStream } from '../api/frameStream';
import { recognizer } from '../readers';
import type { Recognizer } from '../recognition/recognizer';
import type { FrameReading } from '../recognition/faces';
import { openCamera } from './camera';
import { FrameLoop } from './frameLoop';
import { Recording } from './recording';

/** What a live session tells. */
export interface LiveListener {
  read(frame: FrameReading, seconds: number): void;
  /** The camera or the reader failed; the session is paused and can go on. */
  failed(error: unknown): void;
}

/** One session with the camera, from its start through pauses to its end. Its readings are in the recording. */
export class LiveSession {
  private readonly began = performance.now();
  private loop?: FrameLoop;
  private frames = 0;

  private constructor(private readonly video: HTMLVideoElement, private readonly reader: Recognizer | FrameStream, private readonly listener: LiveListener, readonly recording: Recording) {}

  /**
   * Opens the camera and loads what reads its frames.
   * @param labels The name of one of the model's other sets of labels; empty for its own.
   * @param onServer Whether frames are sent to the server.
   */
  static async start(video: HTMLVideoElement, labels: string, onServer: boolean, listener: LiveListener): Promise<LiveSession> {
    const camera = await openCamera();
    try {
      const reader = await (onServer ? FrameStream.open(labels) : recognizer(labels));
      await reader.begin();
      const session = new LiveSession(video, reader, listener, new Recording('webcam', reader.labels));
      await session.play(camera);
      return session;
    } catch (error) {
      stop(camera);
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.loop !== undefined;
  }

  /** Seconds since the start, pauses included. */
  get time(): number {
    return (performance.now() - this.began) / 1000;
  }

  mark(marker: string): void {
    this.recording.mark(this.time, marker);
  }

  /** Lets the camera go; nothing is read until the session is resumed. */
  pause(): void {
    this.loop?.stop();
    this.loop = undefined;
    if (this.video.srcObject instanceof MediaStream)
      stop(this.video.srcObject);
    this.video.srcObject = null;
  }

  async resume(): Promise<void> {
    await this.play(await openCamera());
  }

  /** Ends it; all faces leave. */
  async end(): Promise<Recording> {
    this.pause();
    this.recording.events.push(...await this.reader.end());
    return this.recording;
  }

  private async play(camera: MediaStream): Promise<void> {
    this.video.srcObject = camera;
    await this.video.play();
    const fail = (error: unknown) => {
      this.pause();
      this.listener.failed(error);
    };
    camera.getVideoTracks()[0].addEventListener('ended', () => fail(new Error('The camera is gone. Connect it again, then resume.')));
    this.loop = new FrameLoop(this.video, this.reader, () => this.time, () => this.frames++, (frame, events, seconds) => {
      this.recording.add(frame, events);
      this.listener.read(frame, seconds);
    }, fail);
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks())
    track.stop();
}
