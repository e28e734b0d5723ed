import {events, room as wire, type Offset, type Position, type RoomId} from '@parley/protocol';
import type {HubObserver} from '../hub.js';
import type {Broadcaster, Clock, Connection, FeedEntry, OpenFeed, RoomFeeds, Timer} from '../ports.js';
import {passingPayload, storedJson} from './wire-payload.js';

export interface RoomHubOptions {
  readonly clock: Clock;
  readonly feeds: RoomFeeds;
  readonly broadcaster: Broadcaster;
  readonly observer: HubObserver;
  /** The room's subscribers have been handed its last event. */
  readonly onDeleted: (room: RoomId) => void;
}

/** Whoever reads along on this node, besides the connections. */
export interface RoomListener {
  onEntry(entry: FeedEntry): void;
  /** Continuity is lost. */
  onReset(): void;
}

interface Waiter {
  readonly offset: Offset;
  readonly timer: Timer;
  resolve(): void;
}

/**
 * One room on this node: its feed, passed on to the connections that are subscribed.
 *
 * Entries go to the broadcaster in the call in which the feed gives them, once whatever the number of subscribers.
 * So `position` always says what the subscribed connections have been handed.
 */
export class RoomHub {
  readonly room: RoomId;
  readonly #clock: Clock;
  readonly #subscribers = new Set<Connection>();
  readonly #waiters = new Set<Waiter>();
  readonly #listeners = new Set<RoomListener>();
  #feed: OpenFeed | undefined;

  static async open(room: RoomId, options: RoomHubOptions): Promise<RoomHub> {
    const hub = new RoomHub(room, options.clock);
    const {broadcaster, observer} = options;
    hub.#feed = await options.feeds.open(room, {
      onEntry: (entry) => {
        broadcaster.publishJson(room, entry.name, storedJson(room, entry));
        for (const listener of hub.#listeners) listener.onEntry(entry);
        hub.#wake(entry.offset);
        if (entry.name === wire.deleted.name) options.onDeleted(room);
      },
      onEphemeral: (event) => {
        const droppable = events.get(event.name)?.delivery !== 'state';
        broadcaster.publish(room, event.name, passingPayload(room, event), {droppable});
      },
      onReset: (position) => {
        observer.feedReset();
        hub.#reset(position);
      },
    });
    return hub;
  }

  private constructor(room: RoomId, clock: Clock) {
    this.room = room;
    this.#clock = clock;
  }

  /** Up to where subscribers have been served. */
  get position(): Position {
    return this.#opened.position;
  }

  /** Connections of this node that are subscribed. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** See {@link OpenFeed.recent}. */
  recent(offset: Offset): readonly FeedEntry[] | undefined {
    return this.#opened.recent(offset);
  }

  /** From now on the connection gets what the feed gives; what came before is the caller's to send, in the same turn. */
  subscribe(connection: Connection): void {
    this.#subscribers.add(connection);
    connection.attach(this.room);
  }

  unsubscribe(connection: Connection): void {
    if (this.#subscribers.delete(connection)) connection.detach(this.room);
  }

  /** Until what it returns is called. Entries come after the connections have been served. */
  listen(listener: RoomListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when this node has got as far as `offset`, the feed was reset, or the time is over: look at `position`. */
  reached(offset: Offset, deadlineMs: number): Promise<void> {
    if (this.position.offset >= offset) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        waiter.timer.cancel();
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = {offset, resolve: done, timer: this.#clock.after(deadlineMs, done)};
      this.#waiters.add(waiter);
    });
  }

  async close(): Promise<void> {
    this.#wake(Number.POSITIVE_INFINITY);
    await this.#opened.close();
  }

  /** Tells one connection that continuity is broken here. */
  tellReset(connection: Connection, position: Position = this.position): void {
    connection.send(wire.reset, {room: this.room, epoch: position.epoch, head: position.offset, recovered: false});
  }

  #reset(position: Position): void {
    for (const connection of this.#subscribers) this.tellReset(connection, position);
    for (const listener of this.#listeners) listener.onReset();
    this.#wake(Number.POSITIVE_INFINITY);
  }

  #wake(offset: Offset): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) if (waiter.offset <= offset) waiter.resolve();
  }

  get #opened(): OpenFeed {
    if (!this.#feed) throw new Error('the feed is not open yet');
    return this.#feed;
  }
}
