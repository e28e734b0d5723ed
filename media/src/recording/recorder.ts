import {execFile} from 'node:child_process';
import {access, constants, mkdir, statfs} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {MediaClock} from '../clock.js';
import {MediaError, textOf} from '../errors.js';
import type {MediaLogger} from '../log.js';
import {CallRecording} from './call-recording.js';
import type {TapSource} from './track-recording.js';

const run = promisify(execFile);
const checkMs = 2_000;
const programMs = 5_000;

export interface RecorderOptions {
  /** Where recordings go, each into a folder of its own. */
  readonly folder: string;
  readonly ffmpeg: string;
  /** Nothing is recorded while less is free. */
  readonly freeBytes: number;
  /** That are recorded at the same time: each is a process. */
  readonly tracks: number;
}

/** Writes calls to files of this node. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #clock: MediaClock;
  readonly #logger: MediaLogger;
  readonly #running = new Set<CallRecording>();
  readonly #checking: {cancel(): void};
  #closed = false;

  constructor(options: RecorderOptions, {clock, logger}: {clock: MediaClock; logger: MediaLogger}) {
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#checking = clock.every(checkMs, () => void this.#watchDisk());
  }

  /**
   * Begins a recording; `onEnded` is called once if it ends by itself, with the reason.
   *
   * @throws MediaError `unrecordable`, saying why
   */
  async begin(call: string, source: TapSource, onEnded: (reason: string) => void): Promise<CallRecording> {
    const {ffmpeg, tracks} = this.#options;
    await this.#requirePossible();
    const at = new Date();
    const name = `${call}-${at.toISOString().replaceAll(/[:.]/g, '-')}`;
    const folder = join(this.#options.folder, name);
    await mkdir(folder, {recursive: true});
    if (this.#closed) throw new MediaError('unrecordable', 'The server is shutting down.');
    const recording: CallRecording = new CallRecording(
      {call, folder, startedAt: at.getTime(), ffmpeg},
      {source, clock: this.#clock, logger: this.#logger, hasRoom: () => this.#tracks < tracks},
      {
        onEnded,
        onStopped: () => {
          this.#running.delete(recording);
        },
      },
    );
    this.#running.add(recording);
    this.#logger.info({call, folder}, 'recording a call');
    return recording;
  }

  /** Finishes all files. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#checking.cancel();
    await Promise.all([...this.#running].map((recording) => recording.stop()));
  }

  get #tracks(): number {
    let tracks = 0;
    for (const recording of this.#running) tracks += recording.tracks;
    return tracks;
  }

  async #requirePossible(): Promise<void> {
    const {folder, ffmpeg, freeBytes} = this.#options;
    try {
      await mkdir(folder, {recursive: true});
      await access(folder, constants.W_OK);
    } catch (cause) {
      throw new MediaError('unrecordable', `The folder for recordings cannot be written: ${textOf(cause)}`, {cause});
    }
    try {
      await run(ffmpeg, ['-version'], {timeout: programMs});
    } catch (cause) {
      throw new MediaError('unrecordable', 'There is no ffmpeg on the node that runs the call.', {cause});
    }
    if ((await freeIn(folder)) < freeBytes) throw new MediaError('unrecordable', 'The disk for recordings is full.');
  }

  async #watchDisk(): Promise<void> {
    if (this.#running.size === 0) return;
    const {folder, freeBytes} = this.#options;
    try {
      if ((await freeIn(folder)) >= freeBytes) return;
    } catch (thrown) {
      this.#logger.error({reason: textOf(thrown)}, 'the disk for recordings cannot be looked at');
      return;
    }
    this.#logger.error({folder}, 'recording ends: the disk is full');
    for (const recording of [...this.#running]) recording.end('the disk is full');
  }
}

async function freeIn(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}
