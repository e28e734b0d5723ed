import {LimitReached, ParleyError, room as wire, type RoomId, type UserId} from '@parley/protocol';
import type {FeedEvent, MemberRecord, RoomDirectory, RoomRecord} from '../ports.js';

export interface Joined {
  readonly room: RoomRecord;
  readonly member: MemberRecord;
}

/** Who is a member of a room, and the room's being told so: once per coming and going, in the same step. */
export class Membership {
  readonly #rooms: RoomDirectory;

  constructor(rooms: RoomDirectory) {
    this.#rooms = rooms;
  }

  /** Makes the user a member, if they are not. Rejects with `unknown_room`, `room_full` or `too_many_rooms`. */
  async join(room: RoomId, user: {user: UserId; name: string}): Promise<Joined> {
    const added = await this.#rooms.addMember(room, user, memberEvent(user, 'joined'));
    switch (added.outcome) {
      case 'unknown_room':
        throw new ParleyError('unknown_room');
      case 'full':
        throw new LimitReached('members_per_room');
      case 'too_many':
        throw new LimitReached('rooms_per_user');
      case 'joined':
      case 'already':
        return added;
    }
  }

  /** Whether it is the same membership still: the user has not left meanwhile, be it to come back. */
  async holds(room: RoomId, {user, joinedAt}: MemberRecord): Promise<boolean> {
    return (await this.#rooms.member(room, user))?.joinedAt === joinedAt;
  }

  /** Ends the membership, if there is one; false if there was none. Rejects with `unknown_room`. */
  async leave(room: RoomId, user: UserId): Promise<boolean> {
    const member = await this.#rooms.member(room, user);
    if (member) return this.#rooms.removeMember(room, member, memberEvent(member, 'left'));
    if (!(await this.#rooms.get(room))) throw new ParleyError('unknown_room');
    return false;
  }
}

const memberEvent = ({user, name}: {user: UserId; name: string}, change: 'joined' | 'left'): FeedEvent => ({
  name: wire.member.name,
  data: {user, name, change},
});
