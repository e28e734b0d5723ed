import type {Epoch, Offset, Position, RoomId, UserId} from '@parley/protocol';

/** What is appended: an event's wire name and its payload without `room`, `epoch`, `offset` and `at`. */
export interface FeedEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event of a room's log. The wire payload is `{...data, room, epoch, offset, at}`. */
export interface FeedEntry extends FeedEvent {
  readonly epoch: Epoch;
  readonly offset: Offset;
  /** Milliseconds since the Unix epoch, by the log's own clock; never decreases within an epoch. */
  readonly at: number;
  /** The data as JSON: who passes it on need not parse it, and `data` is parsed each time it is asked for. */
  readonly json: string;
}

export interface Appended {
  readonly epoch: Epoch;
  readonly offset: Offset;
  readonly at: number;
  /** True if the key was used before: then the rest is the first answer and nothing was appended. */
  readonly repeated: boolean;
  /** Of a paced append in slow mode: how long its user waits before the next one, from now. */
  readonly waitMs?: number;
}

/** Whom an append is to be charged to. */
export interface Pace {
  readonly user: UserId;
  /** Slow mode does not hold this user; the room's rate does. */
  readonly exempt: boolean;
}

/** One of several events that are appended together. */
export interface KeyedEvent {
  readonly event: FeedEvent;
  /** Idempotency key; no two of those that are appended together have the same. */
  readonly key?: string | undefined;
}

export interface FeedPage {
  readonly epoch: Epoch;
  /** Offset of the newest event ever appended; 0 if none. */
  readonly head: Offset;
  /** Offset of the oldest event still held; `head + 1` if none is. */
  readonly tail: Offset;
  /** Ascending and without a hole. */
  readonly entries: readonly FeedEntry[];
  /** When the room was deleted, by the log's clock: `head` is the event that told of it. */
  readonly deletedAt?: number;
}

/** Either the newest `limit`, those directly after `after`, or those directly before `before`. */
export interface FeedQuery {
  readonly after?: Offset;
  readonly before?: Offset;
  readonly limit: number;
}

export interface FeedListener {
  /** Every stored event exactly once, in the order of its offset, without a hole since the position of opening. */
  onEntry(entry: FeedEntry): void;
  /** An ephemeral event: at most once, in no order relative to stored ones. */
  onEphemeral(event: FeedEvent): void;
  /** Continuity is lost (log gone, or trimmed further than this node had got): the feed goes on after `position`. */
  onReset(position: Position): void;
}

/** A feed that this node follows. */
export interface OpenFeed {
  /** Up to where the listener has been called. */
  readonly position: Position;
  /**
   * The entries after `offset` up to `position`, from this node's memory of recent ones; undefined if it does not
   * reach back that far, or if `offset` is beyond `position`. Synchronous, so that a session can catch up and attach in
   * one turn and miss nothing between.
   */
  recent(offset: Offset): readonly FeedEntry[] | undefined;
  close(): Promise<void>;
}

/**
 * The ordered logs of rooms.
 *
 * Guarantee: `append` is all or nothing: if it resolves, the event has the one next offset of its room, is in the log,
 * and reaches every open feed of the room on every node, in the order of offsets, or that feed is reset. If it rejects
 * with `unavailable` or `timeout`, the same key may be used again and yields at most one event. Nothing is queued
 * while the store is away: appends are refused. A paced append is also refused, with `rate_limited`, while its user has to
 * wait in the room's slow mode or the room has more per second than is allowed; both exact in the whole cluster, because it is
 * decided where the offset is given. A repeated key is answered whatever the pace. `appendTogether` appends all events or,
 * if it rejects, none, in their order and with no other between them; one whose key was used before gets its first answer
 * and is left out. Logs are bounded by count, age and bytes; trimmed entries are gone.
 * If a node delivered what is not yet in order, members of different nodes would see different conversations.
 */
export interface RoomFeeds {
  append(room: RoomId, event: FeedEvent, options?: {key?: string; pace?: Pace}): Promise<Appended>;
  /** Some hundreds at most, since the store does nothing else meanwhile. Resolves with one answer for each, in order. */
  appendTogether(room: RoomId, events: readonly KeyedEvent[]): Promise<readonly Appended[]>;
  /**
   * Ephemeral: to the open feeds of the room on every node, at most once. While the store is away it reaches those of
   * this node only.
   */
  publish(room: RoomId, event: FeedEvent): void;
  read(room: RoomId, query: FeedQuery): Promise<FeedPage>;
  /**
   * Resolves once the subscription is confirmed and the position is known, so that nothing is missed after it. The
   * position is not before the log's head as of the call: a client that comes from another node is never ahead of it.
   * A room may be opened several times; each feed hears for itself.
   */
  open(room: RoomId, listener: FeedListener): Promise<OpenFeed>;
}
