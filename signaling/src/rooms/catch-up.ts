import type {Offset, Position} from '@parley/protocol';
import type {FeedEntry, RoomFeeds} from '../ports.js';
import type {RoomHub} from './room-hub.js';

/** How long a node may lag behind what a client has already got through another before continuity is given up. */
const lagMs = 2_000;

export interface CatchUpOptions {
  readonly feeds: RoomFeeds;
  /** More missed events than this are not replayed at all. */
  readonly replayEvents: number;
}

/**
 * What one session missed in one room.
 *
 * In two steps, so that nothing falls between replay and live events: `prepare` reads from the log, across any number
 * of turns, what this node no longer remembers; `take` then adds the rest from the node's memory within one turn, in
 * which the caller sends it all and subscribes.
 */
export class CatchUp {
  readonly hub: RoomHub;
  readonly #since: Position | undefined;
  readonly #limit: number;
  /** Entries after `#since`, ascending and without a hole; may reach further than this node has got. */
  readonly #read: FeedEntry[] = [];

  /** From where the room is now on. */
  static fromHead(hub: RoomHub): CatchUp {
    return new CatchUp(hub, hub.position, Number.POSITIVE_INFINITY);
  }

  /** Without a position nothing is promised: `take` yields undefined. Rejects if the log cannot be read. */
  static async prepare(hub: RoomHub, since: Position | undefined, options: CatchUpOptions): Promise<CatchUp> {
    const catchUp = new CatchUp(hub, since, options.replayEvents);
    await catchUp.#prepare(options.feeds);
    return catchUp;
  }

  private constructor(hub: RoomHub, since: Position | undefined, limit: number) {
    this.hub = hub;
    this.#since = since;
    this.#limit = limit;
  }

  /**
   * Everything between the given position and the hub's, or undefined if it cannot be given whole: the log was lost or
   * trimmed, or too much was missed. May be taken again later, and then reaches further.
   */
  take(): readonly FeedEntry[] | undefined {
    const {position} = this.hub;
    if (this.#since?.epoch !== position.epoch) return undefined;
    const missed = position.offset - this.#since.offset;
    if (missed < 0 || missed > this.#limit) return undefined;
    if (missed === 0) return [];
    // What was read beyond the node's position comes live.
    if (this.#next >= position.offset) return this.#read.slice(0, missed);
    const rest = this.hub.recent(this.#next);
    return rest && (this.#read.length === 0 ? rest : [...this.#read, ...rest]);
  }

  /** The offset up to which nothing needs to be found any more. */
  get #next(): Offset {
    return this.#read.at(-1)?.offset ?? this.#since?.offset ?? 0;
  }

  async #prepare(feeds: RoomFeeds): Promise<void> {
    const since = this.#since;
    if (!since || since.epoch !== this.hub.position.epoch) return;
    if (since.offset > this.hub.position.offset) await this.#awaitNode(feeds, since);
    while (this.#mustRead(since)) {
      const page = await feeds.read(this.hub.room, {
        after: this.#next,
        limit: Math.max(1, since.offset + this.#limit - this.#next),
      });
      // A log that does not go on where we are: `take` will find it so too.
      if (page.epoch !== since.epoch || page.entries[0]?.offset !== this.#next + 1) return;
      this.#read.push(...page.entries);
    }
  }

  #mustRead(since: Position): boolean {
    const {epoch, offset} = this.hub.position;
    return (
      epoch === since.epoch &&
      this.#next < offset &&
      offset - since.offset <= this.#limit &&
      this.hub.recent(this.#next) === undefined
    );
  }

  /** The client is ahead of this node: true if the log is that far too; otherwise the position is none of this log. */
  async #awaitNode(feeds: RoomFeeds, since: Position): Promise<void> {
    const {epoch, head} = await feeds.read(this.hub.room, {after: since.offset, limit: 1});
    if (epoch === since.epoch && head >= since.offset) await this.hub.reached(since.offset, lagMs);
  }
}
