import type {Position} from '@parley/protocol';
import type {FeedListener, OpenFeed, RoomFeeds, Store} from '../src/ports.js';
import {overlay} from './wrap-store.js';

/** Draws small numbers, the same ones for the same seed. */
export type Dice = (sides: number) => number;

export function dice(seed: number): Dice {
  let state = seed | 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/**
 * A store as far away as a network: what is asked arrives later, what is answered and what feeds give comes later
 * still, by a few turns of the event loop each, and some feeds lag far behind the others. A node remembers only `memory` entries of a room, so that what is
 * older must be read from the log.
 */
export function slowStore(store: Store, roll: Dice, memory: number): Store {
  const pause = async (times = 1): Promise<void> => {
    for (let turns = roll(4) * times; turns > 0; turns -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const slowly =
    <A extends unknown[], R>(deed: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await pause();
      try {
        return await deed(...args);
      } finally {
        await pause();
      }
    };
  const slow = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(base, name) {
        const value: unknown = Reflect.get(base, name, base);
        return typeof value === 'function' ? slowly(value.bind(base) as () => Promise<unknown>) : value;
      },
    });
  const {feeds} = store;
  const slowFeeds: RoomFeeds = {
    append: slowly(feeds.append.bind(feeds)),
    appendTogether: slowly(feeds.appendTogether.bind(feeds)),
    read: slowly(feeds.read.bind(feeds)),
    publish: feeds.publish.bind(feeds),
    open: async (room, listener) => {
      await pause();
      const lag = roll(2) === 0 ? 1 : 12;
      const lagging = new LaggingFeed(listener, () => pause(lag), memory);
      await lagging.follow(await feeds.open(room, lagging));
      return lagging;
    },
  };
  const {bus} = store;
  return overlay(store, {
    feeds: slowFeeds,
    sessions: slow(store.sessions),
    rooms: slow(store.rooms),
    inboxes: slow(store.inboxes),
    pushes: slow(store.pushes),
    receipts: slow(store.receipts),
    bus: overlay(bus, {request: slowly(bus.request.bind(bus))}),
  });
}

/** A feed whose entries arrive late and in order, as over a network. */
class LaggingFeed implements FeedListener, OpenFeed {
  readonly #listener: FeedListener;
  readonly #pause: () => Promise<void>;
  readonly #memory: number;
  #tail: Promise<void> = Promise.resolve();
  #feed: OpenFeed | undefined;
  #position: Position | undefined;

  constructor(listener: FeedListener, pause: () => Promise<void>, memory: number) {
    this.#listener = listener;
    this.#pause = pause;
    this.#memory = memory;
  }

  async follow(feed: OpenFeed): Promise<void> {
    this.#feed = feed;
    this.#position ??= feed.position;
    await this.#pause();
  }

  get position(): Position {
    if (!this.#position) throw new Error('not open yet');
    return this.#position;
  }

  recent(offset: number): ReturnType<OpenFeed['recent']> {
    if (this.position.offset - offset > this.#memory) return undefined;
    return this.#feed?.recent(offset)?.filter((entry) => entry.offset <= this.position.offset);
  }

  async close(): Promise<void> {
    await this.#feed?.close();
  }

  onEntry: FeedListener['onEntry'] = (entry) => {
    this.#position ??= {epoch: entry.epoch, offset: entry.offset - 1};
    this.#later(() => {
      this.#position = {epoch: entry.epoch, offset: entry.offset};
      this.#listener.onEntry(entry);
    });
  };

  onEphemeral: FeedListener['onEphemeral'] = (event) => {
    this.#later(() => {
      this.#listener.onEphemeral(event);
    });
  };

  onReset: FeedListener['onReset'] = (position) => {
    this.#later(() => {
      this.#position = position;
      this.#listener.onReset(position);
    });
  };

  #later(deed: () => void): void {
    this.#tail = this.#tail.then(this.#pause).then(deed);
  }
}
