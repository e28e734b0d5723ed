import {room as wire, type RoomId} from '@parley/protocol';
import type {CallsPart} from '../calls-part.js';
import type {RoomDirectory} from '../ports.js';
import type {Scheduling} from '../push/scheduling.js';
import type {RoomExits} from '../sessions/room-exits.js';
import {absence} from './absence.js';

export interface RoomDeletionOptions {
  readonly rooms: RoomDirectory;
  readonly exits: RoomExits;
  readonly calls: Pick<CallsPart, 'roomDeleted'>;
  readonly scheduling: Pick<Scheduling, 'cancelInto'>;
}

/**
 * Deletes rooms: in one step what is in the store, then what there is elsewhere. If the node dies in between, the room's
 * last event puts its sessions out all the same, and with them the call ends; a repetition does the rest. Sessions that are
 * away have the room on their record until they come back, by which they are told what became of it.
 */
export class RoomDeletion {
  readonly #options: RoomDeletionOptions;

  constructor(options: RoomDeletionOptions) {
    this.#options = options;
  }

  /** Rejects with `unknown_room` or `room_deleted` if there is none, having done what an earlier attempt may have left undone. */
  async delete(room: RoomId): Promise<void> {
    const {rooms, exits, calls, scheduling} = this.#options;
    const existed = await rooms.delete(room, {name: wire.deleted.name, data: {}});
    await exits.deleted(room);
    // One of the same name may have been made since: its call and its pushes are its own.
    if (!(await rooms.get(room))) await Promise.all([calls.roomDeleted(room), scheduling.cancelInto(room)]);
    if (!existed) throw await absence(rooms, room);
  }
}
