import {ParleyError, type Access, type RoomId} from '@parley/protocol';
import {
  deletedLogKeptMs,
  deletedRoomKeptMs,
  type Appended,
  type Clock,
  type FeedEntry,
  type FeedEvent,
  type FeedListener,
  type FeedPage,
  type FeedQuery,
  type KeyedEvent,
  type OpenFeed,
  type Pace,
  type RoomFeeds,
  type StoreOptions,
  type Tombstone,
} from '../ports.js';
import {FeedLog} from './feed-log.js';
import {KeyMemory} from './key-memory.js';
import type {Link} from './link.js';
import {MemoryOpenFeed} from './open-feed.js';
import {RoomPace} from './room-pace.js';

interface Room {
  log: FeedLog;
  readonly limits: StoreOptions['log'];
  answers: KeyMemory<Omit<Appended, 'repeated' | 'waitMs'>>;
  pace: RoomPace;
  deleted: {readonly at: number; readonly access: Access} | undefined;
  readonly followers: Set<MemoryOpenFeed>;
}

/** The logs of all rooms, shared by all nodes. A room's log stays as long as the room, but its entries do not. */
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
    const made: Room = {
      log: new FeedLog(this.#newEpoch(), limits),
      limits,
      answers: new KeyMemory(idempotencyMs),
      pace: new RoomPace(roomMessagesPerSecond),
      deleted: undefined,
      followers: new Set(),
    };
    this.#rooms.set(room, made);
    return made;
  }

  /** One of the same name begins: nothing of the old one is in it, but its offsets go on. */
  beginAnew(room: Room): void {
    room.deleted = undefined;
    room.log = new FeedLog(this.#newEpoch(), room.limits, room.log.head);
    for (const feed of room.followers) feed.continueWith(room.log);
  }

  sweep(now: number): void {
    for (const [name, {log, answers, deleted, followers}] of this.#rooms) {
      const deadForMs = deleted ? now - deleted.at : 0;
      log.trim(now);
      answers.forgetExpired(now);
      if (deadForMs >= deletedLogKeptMs) log.empty();
      if (deadForMs >= deletedRoomKeptMs && followers.size === 0) this.#rooms.delete(name);
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
      const {answers, pace} = this.#living(room);
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
      const {answers} = this.#living(room);
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

  /** Appends within the step that calls it. */
  readonly appendHere = (room: RoomId, event: FeedEvent): FeedEntry => {
    const {log, followers} = this.#logs.get(room, this.#options);
    const entry = log.append(event, this.#clock.now());
    for (const feed of followers) feed.deliver(entry);
    return entry;
  };

  /** Nothing is appended any more. Within the step that calls it. */
  readonly endHere = (room: RoomId, access: Access): void => {
    const {idempotencyMs, limits} = this.#options;
    const ended = this.#logs.get(room, this.#options);
    ended.deleted = {at: this.#clock.now(), access};
    ended.answers = new KeyMemory(idempotencyMs);
    ended.pace = new RoomPace(limits.roomMessagesPerSecond);
  };

  /** A room is made: if there was one of this name, its log ends here. Within the step that calls it. */
  readonly beginHere = (room: RoomId): void => {
    const known = this.#logs.find(room);
    if (known?.deleted) this.#logs.beginAnew(known);
  };

  /** Within the step that calls it. */
  readonly tombstoneHere = (room: RoomId): Tombstone | undefined => {
    const {deleted, log} = this.#logs.find(room) ?? {};
    if (!deleted || !log || this.#clock.now() - deleted.at >= deletedRoomKeptMs) return undefined;
    return {deletedAt: deleted.at, access: deleted.access, epoch: log.epoch};
  };

  publish(room: RoomId, event: FeedEvent): void {
    if (!this.#link.alive) return;
    for (const feed of this.#logs.find(room)?.followers ?? [])
      if (this.#link.up || feed.node === this.#link.node) feed.deliverEphemeral(event);
  }

  read(room: RoomId, query: FeedQuery): Promise<FeedPage> {
    return this.#link.act(() => {
      const {log, deleted} = this.#logs.get(room, this.#options);
      log.trim(this.#clock.now());
      return {...log.page(query), ...(deleted && {deletedAt: deleted.at})};
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

  #living(room: RoomId): Room {
    const found = this.#logs.get(room, this.#options);
    if (found.deleted) throw new ParleyError('room_deleted');
    return found;
  }
}
