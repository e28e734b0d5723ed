import {ParleyError, type Offset, type Position, type RoomId} from '@parley/protocol';
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
  Timer,
} from '@parley/signaling';
import {ephemeralMessage, parseFeedMessage} from './feed-message.js';
import type {Keys} from './keys.js';
import {RoomFollower, type RoomFollowerOptions} from './room-follower.js';
import type {RoomLogs} from './room-log.js';
import type {SubscriberLine} from './subscriber-line.js';

/** Rooms that are compared at a time. */
const batch = 100;

interface Followed {
  readonly follower: RoomFollower;
  readonly begun: Promise<void>;
  /** Feeds that are open or being opened. */
  feeds: number;
}

export interface RedisFeedsOptions {
  readonly logs: RoomLogs;
  readonly subscriber: SubscriberLine;
  readonly keys: Keys;
  readonly clock: Clock;
  /** How often quiet rooms are compared with their logs. */
  readonly compareMs: number;
  readonly onRepaired: RoomFollowerOptions['onRepaired'];
  readonly onDefect: RoomFollowerOptions['onDefect'];
}

/** The feeds of rooms over Redis: one follower per open room, however many feeds are open on it. */
export class RedisFeeds implements RoomFeeds {
  readonly #options: RedisFeedsOptions;
  readonly #rooms = new Map<RoomId, Followed>();
  readonly #timer: Timer;
  #comparing: Promise<void> | undefined;

  constructor(options: RedisFeedsOptions) {
    this.#options = options;
    this.#timer = options.clock.every(options.compareMs, () => {
      this.#comparing ??= this.#compare({always: false}).finally(() => {
        this.#comparing = undefined;
      });
    });
  }

  append(room: RoomId, event: FeedEvent, {key, pace}: {key?: string; pace?: Pace} = {}): Promise<Appended> {
    return this.#options.logs.append(room, event, {key, pace, known: this.#rooms.get(room)?.follower.standing});
  }

  appendTogether(room: RoomId, events: readonly KeyedEvent[]): Promise<readonly Appended[]> {
    return this.#options.logs.appendTogether(room, events, {known: this.#rooms.get(room)?.follower.standing});
  }

  publish(room: RoomId, event: FeedEvent): void {
    const {logs, subscriber, keys} = this.#options;
    if (logs.reaches(room) && subscriber.reaches(keys.feedChannel(room))) logs.publish(room, ephemeralMessage(event));
    else this.#rooms.get(room)?.follower.receive({kind: 'ephemeral', event});
  }

  async read(room: RoomId, query: FeedQuery): Promise<FeedPage> {
    const {head, tail, logged, deletedAt} = await this.#options.logs.read(room, query);
    const entries = logged.map(({entry}) => entry);
    return {epoch: head.epoch, head: head.offset, tail, entries, ...(deletedAt !== undefined && {deletedAt})};
  }

  async open(room: RoomId, listener: FeedListener): Promise<OpenFeed> {
    const known = this.#rooms.get(room);
    const followed = known ?? this.#follow(room);
    followed.feeds += 1;
    try {
      await followed.begun;
      if (known !== undefined) await followed.follower.compare({always: true});
    } catch (error) {
      this.#release(room, followed);
      throw error;
    }
    return new RedisOpenFeed(followed.follower, listener, () => {
      this.#release(room, followed);
    });
  }

  /** After the store was away: every room, so that none has a hole when it resolves. Never rejects. */
  async compareAll(): Promise<void> {
    await this.#compare({always: true});
  }

  close(): void {
    this.#timer.cancel();
    for (const {follower} of this.#rooms.values()) follower.close();
    this.#rooms.clear();
  }

  async #compare(options: {always: boolean}): Promise<void> {
    const followers = [...this.#rooms.values()].map(({follower}) => follower);
    for (let start = 0; start < followers.length; start += batch) {
      const compared = await Promise.allSettled(
        followers.slice(start, start + batch).map((follower) => follower.compare(options)),
      );
      for (const outcome of compared)
        if (outcome.status === 'rejected' && !(outcome.reason instanceof ParleyError))
          this.#options.onDefect(outcome.reason, {});
    }
  }

  #follow(room: RoomId): Followed {
    const {logs, subscriber, keys, onRepaired, onDefect} = this.#options;
    const follower = new RoomFollower({room, logs, onRepaired, onDefect});
    const subscribed = subscriber.subscribe(keys.feedChannel(room), {
      onMessage: (message) => {
        try {
          const parsed = parseFeedMessage(message);
          const newest = parsed.kind === 'entries' ? parsed.logged.at(-1) : undefined;
          if (newest) logs.saw(room, {offset: newest.entry.offset, stamp: newest.stamp});
          follower.receive(parsed);
        } catch (error) {
          onDefect(error, {room});
        }
      },
      onInterrupted: () => {
        follower.interrupted();
      },
      onMoved: () => {
        follower.compare({always: true}).catch((error: unknown) => {
          if (!(error instanceof ParleyError)) onDefect(error, {room});
        });
      },
    });
    const followed: Followed = {follower, begun: subscribed.then(() => follower.begin()), feeds: 0};
    // Whoever opens the feed awaits it and is told.
    followed.begun.catch(() => undefined);
    this.#rooms.set(room, followed);
    return followed;
  }

  /** Unsubscribing is sent within this call, so that opening anew comes after it. */
  #release(room: RoomId, followed: Followed): void {
    followed.feeds -= 1;
    if (followed.feeds > 0) return;
    followed.follower.close();
    if (this.#rooms.get(room) !== followed) return;
    this.#rooms.delete(room);
    this.#options.subscriber.unsubscribe(this.#options.keys.feedChannel(room));
  }
}

class RedisOpenFeed implements OpenFeed {
  readonly #follower: RoomFollower;
  readonly #listener: FeedListener;
  readonly #release: () => void;
  /** Known once it is closed: the follower goes on without it. */
  #last: Position | undefined;

  constructor(follower: RoomFollower, listener: FeedListener, release: () => void) {
    this.#follower = follower;
    this.#listener = listener;
    this.#release = release;
    follower.add(listener);
  }

  get position(): Position {
    return this.#last ?? this.#follower.position;
  }

  recent(offset: Offset): readonly FeedEntry[] | undefined {
    return this.#last === undefined ? this.#follower.recent(offset) : undefined;
  }

  close(): Promise<void> {
    if (this.#last === undefined) {
      this.#last = this.#follower.position;
      this.#follower.delete(this.#listener);
      this.#release();
    }
    return Promise.resolve();
  }
}
