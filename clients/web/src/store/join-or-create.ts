import type {Parley, Room} from '@parley/client';
import {hasCode, room as definitions} from '@parley/protocol';

/** Makes a room that there never was; one that was deleted stays so: rejects with `room_deleted`. */
export async function joinOrCreate(parley: Parley, id: string, title: string): Promise<Room> {
  try {
    return await parley.join(id);
  } catch (error) {
    if (!hasCode(error, 'unknown_room')) throw error;
  }
  await parley.request(definitions.create, {room: id, title}).catch((error: unknown) => {
    // Somebody else was faster.
    if (!hasCode(error, 'room_exists')) throw error;
  });
  return parley.join(id);
}
