import {access, constants, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {MediaClock} from '../clock.js';
import {MediaError, textOf} from '../errors.js';
import type {MediaLogger} from '../log.js';
import {CallRecording} from './call-recording.js';
import {freeBytesIn, sizeOf} from './disk.js';
import {Finishing} from './finishing.js';
import {askProgram, type Recordable} from './program.js';
import type {OwnEnd} from './recording-list.js';
import type {RecordingObserver} from './recording-observer.js';
import type {RecordingStore} from './recording-store.js';
import type {TapSource} from './track-recording.js';

const checkMs = 2_000;

export interface RecorderOptions {
  /** Where recordings go, each into a folder of its own. */
  readonly folder: string;
  readonly ffmpeg: string;
  /** Nothing is recorded while less is free. */
  readonly freeBytes: number;
  /** Calls that are recorded at the same time. */
  readonly calls: number;
  /** That are recorded at the same time: each is a process. */
  readonly tracks: number;
  /** A part of a recording becomes no longer and no larger. 0: it may. */
  readonly durationMs: number;
  readonly bytes: number;
  /** Whether one file is made of all tracks where it is not said. */
  readonly mixed: boolean;
  /** Of the picture of that file, in pixels. */
  readonly mixedHeight: number;
  readonly store?: RecordingStore;
  readonly observer?: RecordingObserver;
}

/** What is to be recorded how. */
export interface RecordingWish {
  readonly mixed?: boolean;
  /** A call that was recorded elsewhere, until when, in milliseconds since the Unix epoch. */
  readonly continues?: {readonly recording: string; readonly part: number; readonly untilMs: number};
}

/** Writes calls to files of this node. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #clock: MediaClock;
  readonly #logger: MediaLogger;
  readonly #running = new Set<CallRecording>();
  readonly #checking: {cancel(): void};
  readonly #finishing: Finishing;
  #beginning = 0;
  #recordable: Recordable | 'no' = 'mixed';
  #closed = false;

  constructor(options: RecorderOptions, {clock, logger}: {clock: MediaClock; logger: MediaLogger}) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    const {folder, ffmpeg, mixedHeight, store, observer} = options;
    this.#finishing = new Finishing({folder, ffmpeg, mixedHeight, store, observer, clock, logger});
    this.#checking = clock.every(checkMs, () => void this.#check());
    this.#askProgram().catch((thrown: unknown) => {
      logger.error({reason: textOf(thrown)}, 'calls cannot be recorded');
    });
  }

  /** What can be made of a call, as far as is known: until ffmpeg answered, everything. */
  get recordable(): Recordable | 'no' {
    return this.#recordable;
  }

  /**
   * Begins a recording, or another part of one; `onEnded` is called once if it ends by itself.
   *
   * @throws MediaError `unrecordable`, saying why
   */
  async begin(
    call: string,
    source: TapSource,
    wish: RecordingWish,
    onEnded: (how: OwnEnd) => void,
  ): Promise<CallRecording> {
    // Counted before anything is awaited: the limit is exact.
    if (this.#running.size + this.#beginning >= this.#options.calls)
      throw new MediaError('unrecordable', 'The node that runs the call records as many calls as it may.');
    this.#beginning += 1;
    try {
      await this.#requirePossible(wish);
      return await this.#begin(call, source, wish, onEnded);
    } finally {
      this.#beginning -= 1;
    }
  }

  /** Finishes all files; what is to be mixed and stored yet is so after the next start. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#checking.cancel();
    await Promise.all([...this.#running].map((recording) => recording.stop()));
    await this.#finishing.close();
  }

  async #begin(
    call: string,
    source: TapSource,
    {mixed = this.#options.mixed, continues}: RecordingWish,
    onEnded: (how: OwnEnd) => void,
  ): Promise<CallRecording> {
    const {ffmpeg, tracks, observer} = this.#options;
    const {unfinished} = this.#finishing;
    const startedAt = Date.now();
    const id = continues?.recording ?? `${call}-${new Date(startedAt).toISOString().replaceAll(/[:.]/g, '-')}`;
    const number = continues === undefined ? 1 : continues.part + 1;
    const part = `${id}/part-${number}`;
    const folder = join(this.#options.folder, part);
    await unfinished.note(part);
    await mkdir(folder, {recursive: true});
    if (this.#closed) throw new MediaError('unrecordable', 'The server is shutting down.');
    const recording: CallRecording = new CallRecording(
      {
        recording: id,
        part: number,
        gapMs: continues === undefined ? null : Math.max(0, startedAt - continues.untilMs),
        call,
        folder,
        startedAt,
        ffmpeg,
        mixed: mixed ? {state: 'wanted'} : null,
      },
      {source, clock: this.#clock, logger: this.#logger, observer, hasRoom: () => this.#tracks < tracks},
      {
        onEnded,
        onAlive: () => {
          this.#count();
          unfinished.refresh(part).catch(() => undefined);
        },
        onStopped: () => {
          this.#running.delete(recording);
          this.#count();
          this.#finishing.add(part);
        },
      },
    );
    this.#running.add(recording);
    this.#count();
    await recording.listed;
    this.#logger.info({call, recording: part}, 'recording a call');
    return recording;
  }

  get #tracks(): number {
    let tracks = 0;
    for (const recording of this.#running) tracks += recording.tracks;
    return tracks;
  }

  #count(): void {
    this.#options.observer?.recording(this.#running.size, this.#tracks);
  }

  async #requirePossible({mixed = false}: RecordingWish): Promise<void> {
    const {folder, freeBytes} = this.#options;
    try {
      await mkdir(folder, {recursive: true});
      await access(folder, constants.W_OK);
    } catch (cause) {
      throw new MediaError('unrecordable', `The folder for recordings cannot be written: ${textOf(cause)}`, {cause});
    }
    if ((await this.#askProgram()) === 'tracks' && mixed)
      throw new MediaError(
        'unrecordable',
        'The ffmpeg on the node that runs the call cannot mix: it lacks libvpx or libopus.',
      );
    if ((await freeBytesIn(folder)) < freeBytes)
      throw new MediaError('unrecordable', 'The disk for recordings is full.');
  }

  async #askProgram(): Promise<Recordable> {
    try {
      this.#recordable = await askProgram(this.#options.ffmpeg);
      return this.#recordable;
    } catch (cause) {
      this.#recordable = 'no';
      throw new MediaError('unrecordable', 'There is no ffmpeg on the node that runs the call.', {cause});
    }
  }

  async #check(): Promise<void> {
    const {folder, freeBytes, durationMs, bytes} = this.#options;
    try {
      const full = this.#running.size > 0 && (await freeBytesIn(folder)) < freeBytes;
      for (const recording of [...this.#running]) {
        if (full) this.#end(recording, 'diskFull');
        else if (durationMs > 0 && Date.now() - recording.startedAt >= durationMs) this.#end(recording, 'tooLong');
        else if (bytes > 0 && (await sizeOf(recording.folder)) >= bytes) this.#end(recording, 'tooLarge');
      }
    } catch (thrown) {
      this.#logger.error({reason: textOf(thrown)}, 'the disk for recordings cannot be looked at');
    }
  }

  #end(recording: CallRecording, how: OwnEnd): void {
    this.#logger.error({recording: recording.recording, how}, 'a recording ends by itself');
    recording.end(how);
  }
}
