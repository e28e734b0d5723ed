import type {MediaRecording, RecordedTrack} from '../ports.js';
import type {Hold, Source} from './crossings.js';

export interface FarTracksOptions {
  readonly find: (producer: string) => Source | undefined;
  /** Makes it to be had at the home; undefined if it cannot be now: `look` is called when it is worth another try. */
  readonly bring: (source: Source) => Promise<Hold | undefined>;
}

interface Track {
  readonly track: RecordedTrack;
  readonly source: Source;
  hold: Hold | undefined;
  bringing: boolean;
}

/** A recording on the node that runs the call: tracks that come in on others are brought there for it. */
export class FarTracks implements MediaRecording {
  readonly recording: string;
  readonly part: number;
  readonly mixed: boolean;
  readonly #recording: MediaRecording;
  readonly #options: FarTracksOptions;
  readonly #tracks = new Map<string, Track>();
  #stopped = false;

  constructor(recording: MediaRecording, options: FarTracksOptions) {
    this.recording = recording.recording;
    this.part = recording.part;
    this.mixed = recording.mixed;
    this.#recording = recording;
    this.#options = options;
  }

  add(track: RecordedTrack): void {
    const source = this.#options.find(track.producer);
    if (source === undefined || this.#stopped) return;
    const added = {track, source, hold: undefined, bringing: false};
    this.#tracks.set(track.producer, added);
    void this.#bring(added);
  }

  /** Brings again what does not come any more, and goes on with it. */
  look(): void {
    for (const [id, track] of this.#tracks) {
      if (this.#options.find(id) !== track.source) this.#tracks.delete(id);
      else if (track.hold?.stands !== true) void this.#bring(track);
    }
  }

  stop(): Promise<void> {
    this.#stopped = true;
    for (const {hold} of this.#tracks.values()) hold?.release();
    this.#tracks.clear();
    return this.#recording.stop();
  }

  async #bring(track: Track): Promise<void> {
    if (track.bringing) return;
    track.bringing = true;
    const hold = await this.#options.bring(track.source);
    track.bringing = false;
    if (hold === undefined) return;
    if (this.#tracks.get(track.track.producer) !== track) {
      hold.release();
      return;
    }
    track.hold = hold;
    this.#recording.add(track.track);
  }
}
