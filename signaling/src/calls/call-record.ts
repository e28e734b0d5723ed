import type {RoomId} from '@parley/protocol';
import type {CallRecords, Clock, Timer} from '../ports.js';
import {outOfReach} from './out-of-reach.js';

/** For how long a call that nobody runs is remembered: whoever rebuilds it does so within seconds. */
export const keepMs = 600_000;
const retryMs = 1_000;

export interface CallRecordOptions {
  readonly room: RoomId;
  readonly fence: number;
  readonly records: Pick<CallRecords, 'note' | 'forget'>;
  readonly clock: Clock;
  /** Another node runs the call by now. */
  readonly onSuperseded: () => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * What of a call outlives the node that runs it: short texts by name, at hand here and noted in the shared store.
 *
 * A change holds at once and is written soon: one write at a time, with all that has changed since the one before. While
 * the store is away it is tried again; who must know that it is written waits for `written`.
 */
export class CallRecord {
  readonly #options: CallRecordOptions;
  readonly #notes: Map<string, string>;
  readonly #refreshing: Timer;
  #unwritten = new Map<string, string | undefined>();
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #ended = false;

  constructor(notes: ReadonlyMap<string, string>, options: CallRecordOptions) {
    this.#options = options;
    this.#notes = new Map(notes);
    this.#refreshing = options.clock.every(keepMs / 3, () => {
      if (this.#notes.size > 0) this.#writeSoon();
    });
  }

  get(name: string): string | undefined {
    return this.#notes.get(name);
  }

  /** Names that begin so, without their beginning, the oldest first. */
  after(beginning: string): readonly string[] {
    return [...this.#notes.keys()]
      .filter((name) => name.startsWith(beginning))
      .map((name) => name.slice(beginning.length));
  }

  /** Without a text the name is forgotten. */
  set(name: string, text: string | undefined): void {
    if (this.#ended || this.#notes.get(name) === text) return;
    if (text === undefined) this.#notes.delete(name);
    else this.#notes.set(name, text);
    this.#unwritten.set(name, text);
    this.#writeSoon();
  }

  /** Resolves when everything up to now is written; rejects with `unavailable` if the store is away. */
  async written(): Promise<void> {
    while (this.#writing !== undefined || this.#unwritten.size > 0) await this.#write();
  }

  /** The call is over, and nothing of it to be kept; or it was lost, and is to be found as it was. */
  async end(what: 'over' | 'lost'): Promise<void> {
    this.#ended = true;
    this.#refreshing.cancel();
    this.#retry?.cancel();
    const {room, fence, records} = this.#options;
    try {
      await this.#writing?.catch(() => undefined);
      if (what === 'over') await records.forget(room, fence);
      else if (this.#unwritten.size > 0) await this.#write();
    } catch (thrown) {
      // It will be forgotten by itself.
      if (!outOfReach(thrown)) this.#options.onDefect(thrown);
    }
  }

  #writeSoon(): void {
    if (this.#writing !== undefined || this.#retry !== undefined) return;
    // In the next turn: what changes together is written together.
    void Promise.resolve()
      .then(() => this.#write())
      .catch((thrown: unknown) => {
        if (!outOfReach(thrown)) this.#options.onDefect(thrown);
      });
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#unwritten.size > 0 && !this.#ended) this.#retryLater();
    });
    return this.#writing;
  }

  #retryLater(): void {
    this.#retry ??= this.#options.clock.after(retryMs, () => {
      this.#retry = undefined;
      this.#writeSoon();
    });
  }

  async #writeAll(): Promise<void> {
    const {room, fence, records, onSuperseded} = this.#options;
    do {
      const notes = this.#unwritten;
      this.#unwritten = new Map();
      try {
        if (await records.note(room, fence, notes, keepMs)) continue;
      } catch (thrown) {
        // What changed meanwhile is newer.
        this.#unwritten = new Map([...notes, ...this.#unwritten]);
        throw thrown;
      }
      onSuperseded();
      return;
    } while (this.#unwritten.size > 0);
  }
}
