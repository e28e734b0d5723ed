import {setTimeout as pause} from 'node:timers/promises';
import {ParleyError} from '@parley/protocol';
import type {Store} from '@parley/signaling';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import {expect} from 'vitest';

/** What was acknowledged by a store. */
interface Acknowledged {
  readonly n: number;
  readonly epoch: string;
  readonly offset: number;
}

/** Writes to a room through some nodes at a steady rate, and listens on all of them. */
export class Witnesses {
  readonly acknowledged: Acknowledged[] = [];
  /** How often a write was refused and tried again under its key. */
  refusals = 0;
  readonly #stores: readonly Store[];
  readonly #room: string;
  readonly #feeds: readonly RecordingFeed[];

  static async open(stores: readonly Store[], room: string): Promise<Witnesses> {
    return new Witnesses(stores, room, await Promise.all(stores.map((store) => RecordingFeed.open(store, room))));
  }

  private constructor(stores: readonly Store[], room: string, feeds: readonly RecordingFeed[]) {
    this.#stores = stores;
    this.#room = room;
    this.#feeds = feeds;
  }

  get resets(): number {
    return Math.max(...this.#feeds.map((feed) => feed.resets.length));
  }

  get epochs(): readonly string[] {
    return [...new Set(this.#feeds.flatMap((feed) => feed.entries.map(({epoch}) => epoch)))];
  }

  /** One write every 10 ms, by the nodes in turn, until `meanwhile` is over and so many more are done. */
  async write(meanwhile: () => Promise<void>, before = 30, after = 30): Promise<void> {
    const writes: Promise<void>[] = [];
    let left = after;
    let disaster: Promise<void> | undefined;
    const state = {over: false};
    for (let n = 0; left > 0; n += 1) {
      const store = this.#stores[n % this.#stores.length];
      if (store !== undefined) writes.push(this.#writeOne(store, n));
      if (n === before)
        disaster = meanwhile().finally(() => {
          state.over = true;
        });
      if (state.over) left -= 1;
      await pause(10);
    }
    await disaster;
    await Promise.all(writes);
  }

  /**
   * Holds every node's log against what was acknowledged: without a reset all of it, once, in one order; with one, all of the
   * last epoch.
   */
  async verify(): Promise<void> {
    await eventually(() => {
      const [reference] = this.#feeds;
      const epoch = reference?.entries.at(-1)?.epoch;
      for (const feed of this.#feeds) {
        const continued =
          feed.resets.length === 0 ? feed.entries : feed.entries.filter((entry) => entry.epoch === epoch);
        const offsets = continued.map(({offset}) => offset);
        expect(offsets).toEqual(offsets.map((_, at) => (offsets[0] ?? 0) + at));
        expect(feed.resets.length).toBe(reference?.resets.length);
        const heard = new Map(continued.map((entry) => [entry.offset, entry.data['n']]));
        for (const each of this.acknowledged)
          if (feed.resets.length === 0 || each.epoch === epoch) expect(heard.get(each.offset)).toBe(each.n);
        expect(new Set(heard.values()).size).toBe(heard.size);
      }
    });
  }

  async #writeOne(store: Store, n: number): Promise<void> {
    for (;;) {
      try {
        const {epoch, offset} = await store.feeds.append(this.#room, {name: 'chat.message', data: {n}}, {key: `k${n}`});
        this.acknowledged.push({n, epoch, offset});
        return;
      } catch (error) {
        if (!(error instanceof ParleyError) || !['unavailable', 'timeout'].includes(error.code)) throw error;
        this.refusals += 1;
        await pause(25);
      }
    }
  }
}

/** Counts rejections that nobody handles while a test runs. */
export function countUnhandled(): {readonly seen: unknown[]; stop(): void} {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => {
    seen.push(reason);
  };
  process.on('unhandledRejection', note);
  return {seen, stop: () => void process.off('unhandledRejection', note)};
}
