import type {Position, RoomId} from '@parley/protocol';

/** A text that waits in a queue. */
export interface OutboxItem {
  /** Where it stands: of two items of a queue the later one has the greater position, as the store compares them. */
  readonly position: string;
  readonly text: string;
}

/**
 * Queues of what is to be told outside, each taken from by one node at a time (whoever holds the lease of its name), and how
 * far each of their readers has got in the logs of rooms.
 *
 * Guarantee: `put` appends all texts that fit, in their order, in one step; what does not fit is refused and nothing that
 * waits is lost to it. An item stays until it is removed, whatever node dies. If `put` rejects with `timeout` its texts may be
 * there: put again they may be there twice. Nothing is queued while the store is away. Queues and cursors that nobody has touched for
 * thirty days are forgotten.
 */
export interface Outbox {
  /** Resolves with how many were taken: the first so many. `most`: the items that the queue may hold then. */
  put(queue: string, texts: readonly string[], most: number): Promise<number>;
  /** The oldest first; after a position, or from the beginning. */
  read(queue: string, page: {readonly after?: string; readonly limit: number}): Promise<readonly OutboxItem[]>;
  /** Idempotent. */
  remove(queue: string, positions: readonly string[]): Promise<void>;
  size(queue: string): Promise<number>;
  /** Up to where the queue's reader has got in the room's log; undefined if it never was there. */
  cursor(queue: string, room: RoomId): Promise<Position | undefined>;
  setCursor(queue: string, room: RoomId, position: Position): Promise<void>;
  /** Rooms that have a cursor, some at a time and in no order; go on with `next` until there is none. A room may come twice. */
  rooms(queue: string, next?: string): Promise<{readonly rooms: readonly RoomId[]; readonly next?: string}>;
}
