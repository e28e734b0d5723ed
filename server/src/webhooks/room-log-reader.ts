import {room as wire, type Position} from '@parley/protocol';
import {
  StoredEntry,
  storedPayload,
  type Clock,
  type FeedEntry,
  type FeedPage,
  type Outbox,
  type RoomFeeds,
} from '@parley/signaling';
import {cloudEvent, type CloudEvent} from './cloud-event.js';

const pageEntries = 100;
/** Of a room that a receiver has never been told of: events are told from so long before the first that was marked. */
const beforeFirstMs = 10_000;

/** In a cursor, for the epoch of a room whose deletion was told. */
const ended = '-';

export interface RoomLogReaderOptions {
  readonly queue: string;
  readonly feeds: Pick<RoomFeeds, 'read'>;
  readonly outbox: Pick<Outbox, 'cursor' | 'setCursor'>;
  readonly wants: (name: string) => boolean;
  /** Resolves when the event is delivered, or parked. */
  readonly deliver: (event: CloudEvent) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Tells a receiver what a room's log has beyond where the receiver has got. The log's own order is the order of the
 * telling, and what a node appended before it died is told though that node could not say so.
 */
export class RoomLogReader {
  readonly #options: RoomLogReaderOptions;

  constructor(options: RoomLogReaderOptions) {
    this.#options = options;
  }

  /** `markedAt`: when the log was known to have grown; undefined to look only where the receiver has been before. */
  async catchUp(room: string, markedAt: number | undefined): Promise<void> {
    const {outbox, queue, feeds} = this.#options;
    let cursor = await outbox.cursor(queue, room);
    if (cursor === undefined) {
      if (markedAt === undefined) return;
      cursor = firstCursor(await feeds.read(room, {limit: pageEntries}), markedAt - beforeFirstMs);
    }
    for (;;) {
      const page = await feeds.read(room, {after: cursor.offset, limit: pageEntries});
      if (cursor.epoch === ended) {
        if (page.deletedAt !== undefined && page.head === cursor.offset) return;
        // Another room of the name: of that one nothing is missing.
        cursor = {epoch: page.epoch, offset: page.tail - 1};
        continue;
      }
      const from = continuation(page, cursor);
      if (from !== undefined) {
        await this.#tellGap(room, from);
        if (page.deletedAt !== undefined && from.offset === page.head) {
          await this.#tellDeleted(room, page, page.deletedAt);
          return;
        }
        cursor = from;
        continue;
      }
      const last = page.entries.at(-1);
      if (last === undefined) return;
      for (const entry of page.entries) await this.#tell(room, entry);
      cursor = {epoch: last.name === wire.deleted.name ? ended : page.epoch, offset: last.offset};
      await outbox.setCursor(queue, room, cursor);
      if (page.entries.length < pageEntries) return;
    }
  }

  async #tell(room: string, entry: FeedEntry): Promise<void> {
    const {wants, deliver, outbox, queue} = this.#options;
    const {epoch, offset, name, at} = entry;
    if (!wants(name)) return;
    const id = `${room}/${epoch}/${offset}`;
    await deliver(cloudEvent({id, name, subject: `room/${room}`, at, data: storedPayload(room, entry)}));
    await outbox.setCursor(queue, room, {epoch, offset});
  }

  /** The log went with the room: what it said last is known all the same. */
  async #tellDeleted(room: string, {epoch, head}: FeedPage, at: number): Promise<void> {
    const {name} = wire.deleted;
    await this.#tell(room, new StoredEntry(name, epoch, head, at, '{}'));
    await this.#options.outbox.setCursor(this.#options.queue, room, {epoch: ended, offset: head});
  }

  async #tellGap(room: string, {epoch, offset}: Position): Promise<void> {
    const {deliver, outbox, queue, clock} = this.#options;
    const data = {room, epoch, before: offset + 1};
    const id = `${room}/${epoch}/gap/${offset + 1}`;
    await deliver(cloudEvent({id, name: 'room.gap', subject: `room/${room}`, at: clock.now(), data}));
    await outbox.setCursor(queue, room, {epoch, offset});
  }
}

function firstCursor({epoch, head, entries}: FeedPage, since: number): Position {
  const first = entries.find(({at}) => at >= since);
  return {epoch, offset: first === undefined ? head : first.offset - 1};
}

/** Where the log goes on, if not directly after the cursor. */
function continuation({epoch, tail}: FeedPage, cursor: Position): Position | undefined {
  if (epoch === cursor.epoch && tail <= cursor.offset + 1) return undefined;
  return {epoch, offset: tail - 1};
}
