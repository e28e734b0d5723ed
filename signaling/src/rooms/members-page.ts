import type {ResultOf, room as wire, RoomId} from '@parley/protocol';
import type {RoomDirectory, SessionDirectory} from '../ports.js';
import type {RoomWords} from '../rights/room-words.js';
import {highest} from '../rights/standing.js';

export interface MembersSource {
  readonly rooms: Pick<RoomDirectory, 'members'>;
  readonly sessions: Pick<SessionDirectory, 'presenceOf'>;
  readonly words: RoomWords;
}

/** A page of a room's members with role and presence, as the store has them: no other node is asked. */
export async function membersPage(
  room: RoomId,
  {cursor, limit}: {cursor?: string | undefined; limit: number},
  {rooms, sessions, words}: MembersSource,
): Promise<ResultOf<typeof wire.members>> {
  const {members, more} = await rooms.members(room, {...(cursor !== undefined && {after: cursor}), limit});
  const users = members.map(({user}) => user);
  const [found, said] = await Promise.all([sessions.presenceOf(users), words.read(room, users)]);
  const last = members.at(-1);
  return {
    members: members.map(({user, name, role, joinedAt}) => ({
      user,
      name,
      role: highest([role, said?.words.get(user)?.group]) ?? role,
      joinedAt,
      presence: found.get(user)?.status ?? 'offline',
    })),
    ...(more && last && {cursor: last.user}),
  };
}
