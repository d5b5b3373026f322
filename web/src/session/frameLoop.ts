import type { FrameReading, TrackEvent } from '../recognition/faces';

/** What reads frames: the networks of this browser, or the server over its WebSocket. */
export interface FrameReaderLink {
  readonly labels: readonly string[];
  /** Whether it takes a frame now; one that comes otherwise is dropped. */
  readonly isFree: boolean;
  readFrame(frame: number, time: number, bitmap: ImageBitmap): Promise<{ reading: FrameReading; events: TrackEvent[] }>;
}

/** Hands the frames of a playing camera to a reader as fast as it takes them. */
export class FrameLoop {
  private running = true;
  private grabbing = false;

  /**
   * @param now The time of the session, in seconds.
   * @param nextFrame The number of the next frame.
   * @param take Told each reading and how long it took, in seconds.
   * @param fail Told once, when a frame cannot be read; the loop has ended then.
   */
  constructor(
    private readonly video: HTMLVideoElement, private readonly reader: FrameReaderLink, private readonly now: () => number, private readonly nextFrame: () => number,
    private readonly take: (reading: FrameReading, events: TrackEvent[], seconds: number) => void, private readonly fail: (error: unknown) => void) {
    this.wait();
  }

  stop(): void {
    this.running = false;
  }

  private wait(): void {
    this.video.requestVideoFrameCallback(() => {
      if (!this.running)
        return;
      if (this.reader.isFree && !this.grabbing)
        this.read();
      this.wait();
    });
  }

  private async read(): Promise<void> {
    try {
      const time = this.now();
      this.grabbing = true;
      const bitmap = await createImageBitmap(this.video).finally(() => this.grabbing = false);
      if (!this.running)
        return;
      const { reading, events } = await this.reader.readFrame(this.nextFrame(), time, bitmap);
      if (this.running)
        this.take(reading, events, this.now() - time);
    } catch (error) {
      if (this.running) {
        this.stop();
        this.fail(error);
      }
    }
  }
}
