import {readdir, rm, rmdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {MediaClock} from '../clock.js';
import {textOf} from '../errors.js';
import type {MediaLogger} from '../log.js';
import {mix} from './mix.js';
import {listName, readList, writeList, type RecordingList} from './recording-list.js';
import type {RecordingObserver} from './recording-observer.js';
import type {RecordingStore} from './recording-store.js';
import {Unfinished} from './unfinished.js';

/** Between two looks at what was left, and after one that failed. */
const sweepMs = 60_000;
const refreshMs = 10_000;

export interface FinishingOptions {
  readonly folder: string;
  readonly ffmpeg: string;
  readonly mixedHeight: number;
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  readonly observer: RecordingObserver | undefined;
  /** Undefined: they stay in their folder. */
  readonly store: RecordingStore | undefined;
}

/**
 * What is done with a part of a recording after its end, one part at a time: mixed, if that is wanted, and put into the
 * store, if there is one. What fails, or is left by a server that was killed, is tried again.
 */
export class Finishing {
  readonly unfinished: Unfinished;
  readonly #options: FinishingOptions;
  readonly #sweeping: {cancel(): void};
  readonly #ending = new AbortController();
  /** By name, such as `den-2026-05-04T10-00-00-000Z/part-1`, the oldest first. */
  readonly #waiting = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(options: FinishingOptions) {
    this.#options = options;
    this.unfinished = new Unfinished(options.folder);
    this.#sweeping = options.clock.every(sweepMs, () => void this.#sweep());
    void this.#sweep();
  }

  /** Its files are written. */
  add(part: string): void {
    this.#waiting.add(part);
    this.#count();
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Ends what is under way; what is left is done after the next start. Idempotent. */
  async close(): Promise<void> {
    this.#sweeping.cancel();
    this.#ending.abort();
    await this.#working;
  }

  async #sweep(): Promise<void> {
    if (this.#isOver()) return;
    for (const part of await this.unfinished.abandoned()) this.add(part);
  }

  async #work(): Promise<void> {
    const {clock, logger} = this.#options;
    for (const part of this.#waiting) {
      if (this.#isOver()) return;
      const fresh = clock.every(refreshMs, () => void this.#refresh(part));
      try {
        await this.#finish(part);
        await this.unfinished.forget(part);
      } catch (thrown) {
        if (this.#isOver()) return;
        logger.error({recording: part, reason: textOf(thrown)}, 'a recording is not finished; it is tried again');
      } finally {
        fresh.cancel();
        this.#waiting.delete(part);
        this.#count();
      }
    }
  }

  async #finish(part: string): Promise<void> {
    const {observer, store, logger} = this.#options;
    const {signal} = this.#ending;
    const folder = join(this.#options.folder, part);
    let list = await readIfThere(folder);
    // A server that was killed had not begun to write, or was done with it.
    if (list === undefined) return;
    if (list.stoppedAt === null) {
      list = {...list, stoppedAt: await lastWrite(folder, list), ended: 'interrupted'};
      await writeList(folder, list);
      observer?.ended('interrupted');
    }
    if (list.mixed?.state === 'wanted') {
      const mixed = await mix(folder, list, {...this.#options, signal});
      await writeList(folder, {...list, mixed});
      observer?.mixed(mixed.state);
      if (mixed.state === 'failed') logger.error({recording: part, reason: mixed.reason}, 'a recording was not mixed');
    }
    if (store === undefined) return;
    try {
      await this.#put(part, folder, store);
      observer?.stored('kept');
    } catch (thrown) {
      if (!signal.aborted) observer?.stored('failed');
      throw thrown;
    }
  }

  /** The list comes last: where it is, everything is. Only then the files here are removed. */
  async #put(part: string, folder: string, store: RecordingStore): Promise<void> {
    const names = (await readdir(folder)).filter((name) => /\.(webm|mkv)$/.test(name));
    for (const name of [...names, listName]) {
      await store.put(`${part}/${name}`, join(folder, name), this.#ending.signal);
    }
    await rm(folder, {recursive: true});
    // Other parts may be there yet.
    await rmdir(dirname(folder)).catch(() => undefined);
    this.#options.logger.info({recording: part}, 'a recording is kept in the store');
  }

  #isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  async #refresh(part: string): Promise<void> {
    await this.unfinished.refresh(part).catch(() => undefined);
  }

  #count(): void {
    this.#options.observer?.unfinished(this.#waiting.size);
  }
}

async function readIfThere(folder: string): Promise<RecordingList | undefined> {
  try {
    return await readList(folder);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** When the newest of its files was written. */
async function lastWrite(folder: string, {startedAt, tracks}: RecordingList): Promise<number> {
  const times = await Promise.all(
    tracks.map(({file}) =>
      stat(join(folder, file)).then(
        ({mtimeMs}) => mtimeMs,
        () => startedAt,
      ),
    ),
  );
  return Math.round(Math.max(startedAt, ...times));
}
