import {LimitReached, ParleyError} from '@parley/protocol';
import type {NewRoom, RoomDirectory} from '../../ports.js';

/** Rejects with `room_exists`, or with the limit of rooms that was reached. */
export async function createRoom(room: NewRoom, rooms: RoomDirectory): Promise<void> {
  const created = await rooms.create(room);
  switch (created.outcome) {
    case 'created':
      return;
    case 'exists':
      throw new ParleyError('room_exists');
    case 'full':
      throw new LimitReached('rooms');
    case 'wait':
      throw new LimitReached('room_creations', {retryAfterMs: created.retryAfterMs});
  }
}
