import { affectOf } from './circumplex';
import type { EmotionClassifier } from './classifier';
import type { FaceDetector } from './detector';
import type { FrameReading, TrackEvent, TrackedFace } from './faces';
import { FaceTracker, type FoundTrack } from './faceTracker';
import type { Picture } from './picture';
import { ScoreSmoother } from './scoreSmoother';

/** Seconds between two searches for faces; in between their tracks carry them on, and each frame is read. */
const DETECT_EVERY = 0.1;

/** Reads the frames of a camera, each face with its id and its smoothed scores (the server's VideoAnalyzer). */
export class FrameReader {
  private readonly tracker = new FaceTracker();
  private readonly smoothers = new Map<number, ScoreSmoother>();
  private nextDetection = 0;

  constructor(private readonly detector: FaceDetector, private readonly classifier: EmotionClassifier) {}

  async read(picture: Picture, frame: number, time: number): Promise<{ reading: FrameReading; events: TrackEvent[] }> {
    const { faces, events } = time >= this.nextDetection ? await this.detect(picture, time) : { faces: this.tracker.predict(time), events: [] };
    const readings = await this.classifier.read(picture, faces.map(found => found.face));
    const tracked = readings.map((reading, index): TrackedFace => {
      const { track } = faces[index];
      const smoothed = this.smootherOf(track).smooth(time, reading.scores);
      return { track, ...reading, smoothed, ...affectOf(smoothed) };
    });
    for (const { event, track } of events) {
      if (event === 'left')
        this.smoothers.delete(track);
    }
    return { reading: { frame, time, width: picture.width, height: picture.height, faces: tracked }, events };
  }

  finish(): TrackEvent[] {
    return this.tracker.finish();
  }

  private async detect(picture: Picture, time: number): Promise<{ faces: FoundTrack[]; events: TrackEvent[] }> {
    const next = this.nextDetection + DETECT_EVERY;
    this.nextDetection = next > time ? next : time + DETECT_EVERY;
    return this.tracker.update(time, await this.detector.detect(picture));
  }

  private smootherOf(track: number): ScoreSmoother {
    let smoother = this.smoothers.get(track);
    if (!smoother)
      this.smoothers.set(track, smoother = new ScoreSmoother());
    return smoother;
  }
}

