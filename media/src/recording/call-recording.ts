import type {MediaClock} from '../clock.js';
import {textOf} from '../errors.js';
import type {MediaLogger} from '../log.js';
import {
  placeInTime,
  writeList,
  type MissingTrack,
  type RecordedTrack,
  type RecordingList,
  type StartedTrack,
} from './recording-list.js';
import {recordTrack, type TapSource} from './track-recording.js';

/** Between two writes of the list, which says by it that it is still being added to. */
const listMs = 5_000;
/** How often a track is begun anew whose writer ended before it. */
const attempts = 3;

export interface RecordingFacts {
  readonly call: string;
  readonly folder: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly ffmpeg: string;
}

export interface RecordingSurroundings {
  readonly source: TapSource;
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  /** Whether another track may be recorded on this node. */
  readonly hasRoom: () => boolean;
}

export interface RecordingNews {
  readonly onEnded: (reason: string) => void;
  readonly onStopped: () => void;
}

/** The recording of a call: a file for each track, and `recording.json`, which says whose they are and when they begin. */
export class CallRecording {
  readonly #facts: RecordingFacts;
  readonly #around: RecordingSurroundings;
  readonly #news: RecordingNews;
  readonly #tracks: StartedTrack[] = [];
  readonly #missing: MissingTrack[] = [];
  readonly #underway = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #listing: {cancel(): void};
  #files = 0;
  #stopped: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(facts: RecordingFacts, around: RecordingSurroundings, news: RecordingNews) {
    this.#facts = facts;
    this.#around = around;
    this.#news = news;
    this.#listing = around.clock.every(listMs, () => {
      this.#writeDown();
    });
    this.#writeDown();
  }

  get folder(): string {
    return this.#facts.folder;
  }

  get tracks(): number {
    return this.#underway.size;
  }

  /** Records it until it is closed. What cannot be recorded is listed as missing. */
  add(track: RecordedTrack): void {
    if (this.#stopped !== undefined || this.#underway.has(track.producer)) return;
    if (!this.#around.hasRoom()) {
      this.#miss(track, 'as many tracks are recorded as this node may');
      return;
    }
    const recording = this.#record(track).finally(() => this.#underway.delete(track.producer));
    this.#underway.set(track.producer, recording);
  }

  /** Ends it by itself. */
  end(reason: string): void {
    if (this.#stopped !== undefined) return;
    void this.stop();
    this.#news.onEnded(reason);
  }

  /** Resolves when all files are finished. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#listing.cancel();
    this.#stopping.abort();
    await Promise.all(this.#underway.values());
    this.#writeDown(Date.now());
    await this.#writing;
    this.#news.onStopped();
  }

  async #record(track: RecordedTrack): Promise<void> {
    const {source, clock, logger} = this.#around;
    const {ffmpeg, folder} = this.#facts;
    for (let attempt = 1; ; attempt += 1) {
      const files = this.#tracks.length;
      try {
        await recordTrack({
          track,
          source,
          clock,
          logger,
          ffmpeg,
          folder,
          nameFile: (extension) => this.#nameOf(track, extension),
          onBegan: (started) => {
            this.#tracks.push(started);
          },
          onFirst: () => {
            this.#writeDown();
          },
          signal: this.#stopping.signal,
        });
        return;
      } catch (thrown) {
        if (this.#stopping.signal.aborted) return;
        const again = this.#tracks.length > files && attempt < attempts;
        const context = {call: this.#facts.call, user: track.user, source: track.source, reason: textOf(thrown)};
        logger.error(context, again ? 'a track is recorded on to another file' : 'a track is not recorded');
        if (!again) {
          this.#miss(track, textOf(thrown));
          return;
        }
      }
    }
  }

  #miss(track: RecordedTrack, reason: string): void {
    this.#missing.push({...track, reason});
    this.#writeDown();
  }

  #nameOf({user, source}: RecordedTrack, extension: string): string {
    const plain = user.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64);
    this.#files += 1;
    return `${String(this.#files).padStart(3, '0')}-${plain}-${source}.${extension}`;
  }

  /** One write at a time. */
  #writeDown(stoppedAt: number | null = null): void {
    const {folder, call, startedAt} = this.#facts;
    this.#writing = this.#writing
      .then(() => {
        const placed = placeInTime(this.#tracks);
        const list: RecordingList = {call, startedAt, stoppedAt, ...placed, missing: this.#missing};
        return writeList(folder, list);
      })
      .catch((thrown: unknown) => {
        this.#around.logger.error({folder, reason: textOf(thrown)}, 'a recording’s list of tracks was not written');
      });
  }
}
