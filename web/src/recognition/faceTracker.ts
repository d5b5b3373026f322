import { moved, overlap, type Box, type DetectedFace, type TrackEvent } from './faces';

/** For how long, in seconds, a new face must be found before it gets an id; and after how long out of sight it has left. */
const ENTER_AFTER = 0.2, LEAVE_AFTER = 2;

/** Only a detection of at least this confidence begins a track, as on the server; less certain ones can but continue one. */
const CERTAIN = 0.6;

/** The least overlap of a face with where it was expected. */
const LEAST_OVERLAP = 0.2;

/** How much of a new speed is believed. */
const TRUST = 0.5;

interface Track {
  id?: number;
  face: DetectedFace;
  firstSeen: number;
  lastSeen: number;
  /** Pixels a second. */
  speedX: number;
  speedY: number;
}

export interface FoundTrack {
  readonly track: number;
  readonly face: DetectedFace;
}

/** Follows faces by place: simpler than the server's tracker, which knows appearance too, and enough for people before a camera. */
export class FaceTracker {
  private tracks: Track[] = [];
  private lastId = 0;
  private detected = 0;

  /** Takes the faces that were detected in a frame; gives those that have an id, by id. */
  update(time: number, faces: readonly DetectedFace[]): { faces: FoundTrack[]; events: TrackEvent[] } {
    this.detected = time;
    const events = this.leave(track => time - track.lastSeen > LEAVE_AFTER);
    const free = new Set(faces);
    for (const { track, face } of pairs(this.tracks, faces, time)) {
      if (track.lastSeen < time && free.delete(face))
        follow(track, face, time);
    }
    this.tracks = this.tracks.filter(track => track.id !== undefined || track.lastSeen === time);
    for (const face of [...free].filter(isCertain))
      this.tracks.push({ face, firstSeen: time, lastSeen: time, speedX: 0, speedY: 0 });
    for (const track of this.tracks) {
      if (track.id === undefined && time - track.firstSeen >= ENTER_AFTER) {
        track.id = ++this.lastId;
        events.push({ event: 'entered', time: track.firstSeen, track: track.id });
      }
    }
    return { faces: this.predict(time), events };
  }

  /** Where the faces of the last frame with detections are by now. */
  predict(time: number): FoundTrack[] {
    return this.tracks.filter(track => track.id !== undefined && track.lastSeen === this.detected).sort((a, b) => a.id! - b.id!)
      .map(track => ({ track: track.id!, face: at(track, time) }));
  }

  /** Ends it: all who are still there leave. */
  finish(): TrackEvent[] {
    return this.leave(() => true);
  }

  private leave(gone: (track: Track) => boolean): TrackEvent[] {
    const left = this.tracks.filter(gone);
    this.tracks = this.tracks.filter(track => !left.includes(track));
    return left.filter(track => track.id !== undefined).map(track => ({ event: 'left', time: track.lastSeen, track: track.id! }));
  }
}

/** Tracks and faces that may belong together: those with an id first, certain faces before others, then the best overlap. */
function pairs(tracks: readonly Track[], faces: readonly DetectedFace[], time: number): { track: Track; face: DetectedFace; overlap: number }[] {
  return tracks.flatMap(track => faces.filter(face => track.id !== undefined || isCertain(face)).map(face => ({ track, face, overlap: overlap(at(track, time).box, face.box) })))
    .filter(pair => pair.overlap >= LEAST_OVERLAP)
    .sort((a, b) => Number(a.track.id === undefined) - Number(b.track.id === undefined) || Number(isCertain(b.face)) - Number(isCertain(a.face)) || b.overlap - a.overlap);
}

function isCertain(face: DetectedFace): boolean {
  return face.detection >= CERTAIN;
}

function at(track: Track, time: number): DetectedFace {
  const seconds = time - track.lastSeen;
  return seconds === 0 ? track.face : moved(track.face, track.speedX * seconds, track.speedY * seconds);
}

function follow(track: Track, face: DetectedFace, time: number): void {
  const seconds = time - track.lastSeen;
  const [fromX, fromY] = center(track.face.box), [toX, toY] = center(face.box);
  track.speedX += TRUST * ((toX - fromX) / seconds - track.speedX);
  track.speedY += TRUST * ((toY - fromY) / seconds - track.speedY);
  track.face = face;
  track.lastSeen = time;
}

function center([x, y, width, height]: Box): readonly [number, number] {
  return [x + width / 2, y + height / 2];
}
