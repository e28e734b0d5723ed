import {LimitReached, ParleyError, type ParamsOf, type room as wire, type UserId} from '@parley/protocol';
import type {RoomDirectory, RoomRecord} from '../ports.js';
import {memberEvent} from './membership.js';

export interface CreateRoomOptions {
  readonly rooms: RoomDirectory;
  readonly membersPerRoom: number;
  /** Whose creation it is, and who is in it at once; without one it is the backend's, and empty. */
  readonly owner?: {readonly user: UserId; readonly name: string};
}

/** Rejects with `room_exists`, or with the limit of rooms that was reached. */
export async function createRoom(
  {room, title = room, maxMembers, slowModeMs, access, joinAs, videoCodecs}: ParamsOf<typeof wire.create>,
  {rooms, membersPerRoom, owner}: CreateRoomOptions,
): Promise<RoomRecord> {
  const created = await rooms.create({
    room,
    title,
    maxMembers: Math.min(maxMembers ?? membersPerRoom, membersPerRoom),
    ...(slowModeMs !== undefined && {slowModeMs}),
    ...(access !== undefined && {access}),
    ...(joinAs !== undefined && {joinAs}),
    ...(videoCodecs !== undefined && {videoCodecs}),
    ...(owner && {by: owner.user, owner: {...owner, told: memberEvent(owner, 'joined')}}),
  });
  switch (created.outcome) {
    case 'created':
      return created.room;
    case 'exists':
      throw new ParleyError('room_exists');
    case 'full':
      throw new LimitReached('rooms');
    case 'too_many':
      throw new LimitReached('rooms_per_user');
    case 'wait':
      throw new LimitReached('room_creations', {retryAfterMs: created.retryAfterMs});
  }
}
