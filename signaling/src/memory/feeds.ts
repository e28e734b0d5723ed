import type {RoomId} from '@parley/protocol';
import type {
  Appended,
  Clock,
  FeedEntry,
  FeedEvent,
  FeedListener,
  FeedPage,
  FeedQuery,
  KeyedEvent,
  OpenFeed,
  Pace,
  RoomFeeds,
  StoreOptions,
} from '../ports.js';
import {FeedLog} from './feed-log.js';
import {KeyMemory} from './key-memory.js';
import type {Link} from './link.js';
import {MemoryOpenFeed} from './open-feed.js';
import {RoomPace} from './room-pace.js';

interface Room {
  log: FeedLog;
  readonly limits: StoreOptions['log'];
  readonly answers: KeyMemory<Omit<Appended, 'repeated' | 'waitMs'>>;
  readonly pace: RoomPace;
  readonly followers: Set<MemoryOpenFeed>;
}

/** The logs of all rooms, shared by all nodes. A room's log stays as long as the world, but its entries do not. */
export class SharedLogs {
  readonly #newEpoch: () => string;
  readonly #rooms = new Map<RoomId, Room>();

  constructor(newEpoch: () => string) {
    this.#newEpoch = newEpoch;
  }

  find(room: RoomId): Room | undefined {
    return this.#rooms.get(room);
  }

  /** A room's log has the bounds of the node that first touches it. */
  get(room: RoomId, {log: limits, idempotencyMs, limits: {roomMessagesPerSecond}}: StoreOptions): Room {
    const known = this.#rooms.get(room);
    if (known !== undefined) return known;
    const log = new FeedLog(this.#newEpoch(), limits);
    const made: Room = {
      log,
      limits,
      answers: new KeyMemory(idempotencyMs),
      pace: new RoomPace(roomMessagesPerSecond),
      followers: new Set(),
    };
    this.#rooms.set(room, made);
    return made;
  }

  sweep(now: number): void {
    for (const {log, answers} of this.#rooms.values()) {
      log.trim(now);
      answers.forgetExpired(now);
    }
  }

  dropNode(node: string): void {
    for (const {followers} of this.#rooms.values())
      for (const feed of followers) if (feed.node === node) followers.delete(feed);
  }

  /** As if the store had come back empty: new epochs, offsets from the beginning, and everybody is told. */
  lose(): void {
    for (const room of this.#rooms.values()) {
      room.log = new FeedLog(this.#newEpoch(), room.limits);
      for (const feed of room.followers) feed.continueWith(room.log);
    }
  }
}

/** Appends within the step that calls it. */
export type AppendHere = (room: RoomId, event: FeedEvent) => FeedEntry;

/** A node's view of the logs. */
export class MemoryFeeds implements RoomFeeds {
  readonly #link: Link;
  readonly #logs: SharedLogs;
  readonly #clock: Clock;
  readonly #options: StoreOptions;
  readonly #slowModeMs: (room: RoomId) => number;

  constructor(
    link: Link,
    logs: SharedLogs,
    clock: Clock,
    {slowModeMs, ...options}: StoreOptions & {readonly slowModeMs: (room: RoomId) => number},
  ) {
    this.#slowModeMs = slowModeMs;
    this.#link = link;
    this.#logs = logs;
    this.#clock = clock;
    this.#options = options;
  }

  append(room: RoomId, event: FeedEvent, {key, pace: paced}: {key?: string; pace?: Pace} = {}): Promise<Appended> {
    return this.#link.act(() => {
      const {answers, pace} = this.#logs.get(room, this.#options);
      const now = this.#clock.now();
      const slowModeMs = paced === undefined || paced.exempt ? 0 : this.#slowModeMs(room);
      const first = key === undefined ? undefined : answers.get(key, now);
      if (first !== undefined) {
        const waitMs = paced === undefined ? 0 : pace.waitMs(paced.user, slowModeMs, now);
        return {...first, repeated: true, ...(waitMs > 0 && {waitMs})};
      }
      if (paced !== undefined) pace.take(paced, slowModeMs, now);
      const {epoch, offset, at} = this.appendHere(room, event);
      if (key !== undefined) answers.set(key, {epoch, offset, at}, now);
      return {epoch, offset, at, repeated: false, ...(slowModeMs > 0 && {waitMs: slowModeMs})};
    });
  }

  appendTogether(room: RoomId, events: readonly KeyedEvent[]): Promise<readonly Appended[]> {
    return this.#link.act(() => {
      const {answers} = this.#logs.get(room, this.#options);
      const now = this.#clock.now();
      return events.map(({event, key}) => {
        const first = key === undefined ? undefined : answers.get(key, now);
        if (first !== undefined) return {...first, repeated: true};
        const {epoch, offset, at} = this.appendHere(room, event);
        if (key !== undefined) answers.set(key, {epoch, offset, at}, now);
        return {epoch, offset, at, repeated: false};
      });
    });
  }

  readonly appendHere: AppendHere = (room, event) => {
    const {log, followers} = this.#logs.get(room, this.#options);
    const entry = log.append(event, this.#clock.now());
    for (const feed of followers) feed.deliver(entry);
    return entry;
  };

  publish(room: RoomId, event: FeedEvent): void {
    if (!this.#link.alive) return;
    for (const feed of this.#logs.find(room)?.followers ?? [])
      if (this.#link.up || feed.node === this.#link.node) feed.deliverEphemeral(event);
  }

  read(room: RoomId, query: FeedQuery): Promise<FeedPage> {
    return this.#link.act(() => {
      const {log} = this.#logs.get(room, this.#options);
      log.trim(this.#clock.now());
      return log.page(query);
    });
  }

  open(room: RoomId, listener: FeedListener): Promise<OpenFeed> {
    return this.#link.act(() => {
      const {log, followers} = this.#logs.get(room, this.#options);
      const onClose = (feed: MemoryOpenFeed): void => void followers.delete(feed);
      const feed = new MemoryOpenFeed({log, link: this.#link, listener, onClose});
      followers.add(feed);
      return feed;
    });
  }
}
