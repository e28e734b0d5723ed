import type {ResultOf, room as wire, RoomId} from '@parley/protocol';
import type {RoomDirectory, SessionDirectory} from '../ports.js';

/** A page of a room's members with their presence, as the store has it: no other node is asked. */
export async function membersPage(
  room: RoomId,
  {cursor, limit}: {cursor?: string | undefined; limit: number},
  {rooms, sessions}: {rooms: Pick<RoomDirectory, 'members'>; sessions: Pick<SessionDirectory, 'presenceOf'>},
): Promise<ResultOf<typeof wire.members>> {
  const {members, more} = await rooms.members(room, {...(cursor !== undefined && {after: cursor}), limit});
  const found = await sessions.presenceOf(members.map(({user}) => user));
  const last = members.at(-1);
  return {
    members: members.map(({user, name, joinedAt}) => ({
      user,
      name,
      joinedAt,
      presence: found.get(user)?.status ?? 'offline',
    })),
    ...(more && last && {cursor: last.user}),
  };
}
