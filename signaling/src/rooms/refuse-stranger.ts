import {ParleyError, type RoomId} from '@parley/protocol';
import type {RequestSession} from '../dispatch/handler.js';
import type {RoomDirectory} from '../ports.js';

/**
 * Refuses a session that has not joined the room; undefined for one that has, so that the usual case waits for
 * nothing: `const refused = refuseStranger(…); if (refused) await refused;`.
 */
export function refuseStranger(
  session: RequestSession,
  room: RoomId,
  rooms: RoomDirectory,
): Promise<never> | undefined {
  return session.inRoom(room) ? undefined : refuse(room, rooms);
}

async function refuse(room: RoomId, rooms: RoomDirectory): Promise<never> {
  throw new ParleyError((await rooms.get(room)) ? 'not_joined' : 'unknown_room');
}
