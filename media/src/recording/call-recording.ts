import {join} from 'node:path';
import type {MediaClock} from '../clock.js';
import {sizeOfFile} from './disk.js';
import {textOf} from '../errors.js';
import type {MediaLogger} from '../log.js';
import {
  placeInTime,
  writeList,
  type MissingTrack,
  type Mix,
  type OwnEnd,
  type RecordedTrack,
  type RecordingEnd,
  type RecordingList,
  type StartedTrack,
} from './recording-list.js';
import type {RecordingObserver} from './recording-observer.js';
import {recordTrack, type TapSource} from './track-recording.js';

/** Between two writes of the list, which says by it that it is still being added to. */
const listMs = 5_000;
/** How often a track is begun anew whose writer ended before it. */
const attempts = 3;

export interface RecordingFacts {
  readonly recording: string;
  readonly part: number;
  readonly gapMs: number | null;
  readonly mixed: Mix | null;
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
  readonly observer: RecordingObserver | undefined;
  /** Whether another track may be recorded on this node. */
  readonly hasRoom: () => boolean;
}

export interface RecordingNews {
  /** It ended by itself. */
  readonly onEnded: (how: OwnEnd) => void;
  /** Tracks began or ended, or the list was written: it goes on. */
  readonly onAlive: () => void;
  /** Its files are finished. */
  readonly onStopped: () => void;
}

/** A part of the recording of a call: a file for each track, and `recording.json`, which says whose they are and when they begin. */
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
      news.onAlive();
    });
    this.#writeDown();
  }

  /** The name that all parts have. */
  get recording(): string {
    return this.#facts.recording;
  }

  get part(): number {
    return this.#facts.part;
  }

  /** One file is made of all tracks afterwards. */
  get mixed(): boolean {
    return this.#facts.mixed !== null;
  }

  get startedAt(): number {
    return this.#facts.startedAt;
  }

  get folder(): string {
    return this.#facts.folder;
  }

  /** Resolves when its list is there. */
  get listed(): Promise<void> {
    return this.#writing;
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
    const recording = this.#record(track).finally(() => {
      this.#underway.delete(track.producer);
      this.#news.onAlive();
    });
    this.#underway.set(track.producer, recording);
    this.#news.onAlive();
  }

  /** Ends it by itself. */
  end(how: OwnEnd): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = this.#stop(how);
    this.#news.onEnded(how);
  }

  /** Resolves when all files are finished. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop('stopped');
    return this.#stopped;
  }

  async #stop(how: RecordingEnd): Promise<void> {
    this.#listing.cancel();
    this.#stopping.abort();
    await Promise.all(this.#underway.values());
    this.#writeDown({stoppedAt: Date.now(), ended: how});
    await this.#writing;
    this.#around.observer?.ended(how);
    this.#news.onStopped();
  }

  async #record(track: RecordedTrack): Promise<void> {
    const {source, clock, logger} = this.#around;
    const {ffmpeg, folder} = this.#facts;
    for (let attempt = 1; ; attempt += 1) {
      let began: StartedTrack | undefined;
      const isBegun = (): boolean => began !== undefined;
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
            began = started;
            this.#tracks.push(started);
          },
          onFirst: () => {
            this.#writeDown();
          },
          signal: this.#stopping.signal,
        });
        if (!(await this.#isWritten(began))) this.#miss(track, 'it ended before anything was written');
        return;
      } catch (thrown) {
        await this.#isWritten(began);
        if (this.#stopping.signal.aborted) return;
        const again = isBegun() && attempt < attempts;
        const context = {call: this.#facts.call, user: track.user, source: track.source, reason: textOf(thrown)};
        logger.error(context, again ? 'a track is recorded on to another file' : 'a track is not recorded');
        if (!again) {
          this.#miss(track, textOf(thrown));
          return;
        }
      } finally {
        if (began !== undefined) began.endedAt = Date.now();
      }
    }
  }

  /** Of what has ended: a track without anything in its file is none. */
  async #isWritten(track: StartedTrack | undefined): Promise<boolean> {
    if (track === undefined || (await sizeOfFile(join(this.#facts.folder, track.file))) > 0) return true;
    this.#tracks.splice(this.#tracks.indexOf(track), 1);
    return false;
  }

  #miss(track: RecordedTrack, reason: string): void {
    this.#missing.push({...track, reason});
    this.#around.observer?.trackMissed();
    this.#writeDown();
  }

  #nameOf({user, source}: RecordedTrack, extension: string): string {
    const plain = user.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64);
    this.#files += 1;
    return `${String(this.#files).padStart(3, '0')}-${plain}-${source}.${extension}`;
  }

  /** One write at a time. */
  #writeDown(end: Pick<RecordingList, 'stoppedAt' | 'ended'> = {stoppedAt: null, ended: null}): void {
    const {folder, recording, part, gapMs, call, startedAt, mixed} = this.#facts;
    this.#writing = this.#writing
      .then(() => {
        const placed = placeInTime(this.#tracks);
        const facts = {recording, part, gapMs, call, startedAt};
        return writeList(folder, {...facts, ...end, ...placed, missing: this.#missing, mixed});
      })
      .catch((thrown: unknown) => {
        this.#around.logger.error({folder, reason: textOf(thrown)}, 'a recording’s list of tracks was not written');
      });
  }
}
