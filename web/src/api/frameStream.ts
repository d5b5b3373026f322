import type { FrameReading, TrackEvent } from '../recognition/faces';
import { Problem } from './client';
import { knownKey } from './key';

/** What the server says; docs/api.md has the messages. */
type Message = { readonly credits?: number } & (
  | { readonly type: 'ready'; readonly labels: readonly string[] }
  | { readonly type: 'frame' } & FrameReading
  | { readonly type: 'event' } & TrackEvent
  | { readonly type: 'problem'; readonly frame?: number; readonly problem: { readonly type: string; readonly title: string; readonly detail?: string } }
  | { readonly type: 'summary' }
);

/** Frames on their way at once, however many credits there are: more would only make readings later. */
const MOST_WAITING = 2;

/** Quality of the frames that are sent, 0 to 1. */
const QUALITY = 0.9;

/** Sends frames to the server over its WebSocket `/v1/stream`; a frame costs a credit, and its answer gives it back. */
export class FrameStream {
  private readonly waiting = new Map<number, PromiseWithResolvers<{ reading: FrameReading; events: TrackEvent[] }>>();
  private readonly canvas = new OffscreenCanvas(1, 1);
  private events: TrackEvent[] = [];
  private credits = 0;
  private sent: Promise<void> = Promise.resolve();
  private known: readonly string[] = [];
  private ended = false;

  private constructor(private readonly socket: WebSocket) {
    socket.binaryType = 'arraybuffer';
  }

  /** @param labels The name of one of the model's other sets of labels; empty for its own. */
  static open(labels: string): Promise<FrameStream> {
    const key = knownKey();
    // A page cannot set headers of a WebSocket, so a key is a further subprotocol.
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/stream`, key ? ['mien.v1', `mien.key.${key}`] : ['mien.v1']);
    const stream = new FrameStream(socket);
    return new Promise((resolve, reject) => {
      socket.onopen = () => socket.send(JSON.stringify({ type: 'start', source: 'webcam', labels: labels || null, session: null }));
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data as string) as Message;
        if (message.type === 'ready') {
          stream.credits = message.credits ?? 1;
          stream.known = message.labels;
          resolve(stream);
        } else if (message.type === 'problem' && message.frame === undefined) {
          const problem = problemOf(message.problem);
          reject(problem);
          stream.lose(problem);
        } else
          stream.take(message);
      };
      socket.onclose = () => {
        const lost = new Problem('The connection to the server is closed. Look whether ./mien serve still runs, or read in this browser instead.');
        reject(lost);
        stream.lose(lost);
      };
    });
  }

  get labels(): readonly string[] {
    return this.known;
  }

  /** Whether a frame may be sent now. */
  get isFree(): boolean {
    return this.credits > 0 && this.waiting.size < MOST_WAITING;
  }

  begin(): Promise<void> {
    return Promise.resolve();
  }

  async readFrame(frame: number, time: number, bitmap: ImageBitmap): Promise<{ reading: FrameReading; events: TrackEvent[] }> {
    this.credits--;
    if (this.socket.readyState !== WebSocket.OPEN)
      throw new Problem('The connection to the server is closed. Look whether ./mien serve still runs, or read in this browser instead.');
    const waiting = Promise.withResolvers<{ reading: FrameReading; events: TrackEvent[] }>();
    this.waiting.set(frame, waiting);
    const header = new DataView(new ArrayBuffer(12));
    header.setUint32(0, frame);
    header.setFloat64(4, time);
    const picture = this.encode(bitmap);
    // Frames are encoded side by side and sent in their order; one that is encoded after the end goes nowhere.
    this.sent = this.sent.then(async () => {
      const message = new Blob([header, await picture]);
      if (!this.ended && this.socket.readyState === WebSocket.OPEN)
        this.socket.send(message);
    });
    const [answer] = await Promise.all([waiting.promise, this.sent]);
    return answer;
  }

  /** Ends the stream: who is still there leaves, and the connection is closed. */
  async end(): Promise<TrackEvent[]> {
    this.ended = true;
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ type: 'stop' }));
      await new Promise(resolve => this.socket.addEventListener('close', resolve));
    }
    return this.events.splice(0);
  }

  private async encode(bitmap: ImageBitmap): Promise<Blob> {
    const { canvas } = this;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height)
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  }

  private take(message: Message): void {
    this.credits += message.credits ?? 0;
    if (message.type === 'event')
      this.events.push({ event: message.event, time: message.time, track: message.track });
    else if ((message.type === 'frame' || message.type === 'problem') && message.frame !== undefined) {
      const waiting = this.waiting.get(message.frame);
      this.waiting.delete(message.frame);
      if (message.type === 'frame') {
        const { frame, time, width, height, faces } = message;
        waiting?.resolve({ reading: { frame, time, width, height, faces }, events: this.events.splice(0) });
      }
      else
        waiting?.reject(problemOf(message.problem));
    }
  }

  private lose(problem: Problem): void {
    for (const { reject } of this.waiting.values())
      reject(problem);
    this.waiting.clear();
  }
}

function problemOf({ type, title, detail }: { readonly type: string; readonly title: string; readonly detail?: string }): Problem {
  return new Problem(detail ?? title, type);
}
