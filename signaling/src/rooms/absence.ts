import {hasCode, ParleyError, type RoomId} from '@parley/protocol';
import type {RoomDirectory, RoomRecord, Tombstone} from '../ports.js';

/**
 * Why a room is not there: `room_deleted` as long as there is a tombstone, or `unknown_room`. A private room that was
 * deleted is as unknown as before to those who are not in the know.
 */
export async function absence(
  rooms: Pick<RoomDirectory, 'tombstone'>,
  room: RoomId,
  isInTheKnow: (tombstone: Tombstone) => boolean = () => true,
): Promise<ParleyError> {
  const tombstone = await rooms.tombstone(room);
  const isTold = tombstone && (tombstone.access !== 'private' || isInTheKnow(tombstone));
  return new ParleyError(isTold ? 'room_deleted' : 'unknown_room');
}

/** Rejects with `unknown_room` or `room_deleted`. For those who may know of every room. */
export async function requireRoom(rooms: Pick<RoomDirectory, 'get' | 'tombstone'>, room: RoomId): Promise<RoomRecord> {
  const record = await rooms.get(room);
  if (!record) throw await absence(rooms, room);
  return record;
}

export const isAbsence = (error: unknown): boolean => hasCode(error, 'unknown_room', 'room_deleted');
