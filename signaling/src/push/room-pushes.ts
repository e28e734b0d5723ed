import {ParleyError, push as wire, type RoomId} from '@parley/protocol';
import type {PushPayload} from '../nodes/node-words.js';
import type {Store} from '../ports.js';
import type {PushReport, PushRequest} from '../pushes.js';
import {requireRoom} from '../rooms/absence.js';
import type {Delivery} from './delivery.js';
import {printOf} from './print.js';

export interface RoomPushesOptions {
  readonly store: Pick<Store, 'feeds' | 'rooms'>;
  readonly delivery: Delivery;
}

/** A push with the id that it gets unless it is in the log already. */
export interface NewPush {
  readonly id: string;
  readonly request: PushRequest;
}

type Sent = Omit<PushReport, 'repeated' | 'sendAt'>;
type StoredPush = Pick<PushPayload, 'id' | 'topic' | 'data'>;

/** Puts pushes into the feeds of rooms. */
export class RoomPushes {
  readonly #options: RoomPushesOptions;

  constructor(options: RoomPushesOptions) {
    this.#options = options;
  }

  /** Rejects with `unknown_room` or `room_deleted`. */
  async requireRoom(room: RoomId): Promise<void> {
    await requireRoom(this.#options.store.rooms, room);
  }

  /**
   * Into one room's feed, all or, if it rejects, none, one after the other. A `conflict` is the outcome of one whose key is
   * in the log for another push, which leaves the others in place: nobody lived to write its receipt.
   */
  async append(room: RoomId, pushes: readonly NewPush[]): Promise<readonly (Sent | ParleyError)[]> {
    const {store, delivery} = this.#options;
    const appended = await store.feeds.appendTogether(
      room,
      pushes.map(({id, request: {topic, data, key}}) => ({
        event: {name: wire.stored.name, data: {id, topic, data}},
        // No user id begins with a slash, so this key meets no message's.
        ...(key !== undefined && {key: `/push/${key}`}),
      })),
    );
    const handed = await delivery.inRoom(room);
    return Promise.all(
      appended.map(async ({epoch, offset, repeated}, place) => {
        const push = pushes[place];
        const first = repeated ? await this.#storedAt(room, offset) : undefined;
        if (push && first && printOf({...push.request, ...first}) !== printOf(push.request)) {
          return new ParleyError('conflict', {field: 'key'});
        }
        return {id: first?.id ?? push?.id ?? '', ...handed, position: {epoch, offset}};
      }),
    );
  }

  /** A push that is in the log though its receipt is not: the node that appended it did not live to say so. */
  async #storedAt(room: RoomId, offset: number): Promise<StoredPush | undefined> {
    const {entries} = await this.#options.store.feeds.read(room, {after: offset - 1, limit: 1});
    // What is under a push's key is a push.
    return entries.find((entry) => entry.offset === offset)?.data as StoredPush | undefined;
  }
}
