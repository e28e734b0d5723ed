import {
  LimitReached,
  ParleyError,
  room as wire,
  type Access,
  type PayloadOf,
  type Role,
  type RoomId,
  type UserId,
} from '@parley/protocol';
import type {FeedEvent, MemberRecord, RoomDirectory, RoomRecord, Tombstone} from '../ports.js';
import {absence} from './absence.js';

export interface Joined {
  readonly room: RoomRecord;
  readonly member: MemberRecord;
}

interface Person {
  readonly user: UserId;
  readonly name: string;
}

interface Comer extends Person {
  /** The role that the application's backend lets them in with, if they are no member in their own right. */
  readonly invitedAs: Role | undefined;
}

interface Entrance {
  /** Asked if the room is closed to them: for the role that a group or a token lends them, if one does. */
  readonly letIn: () => Promise<Role | undefined>;
  /** Asked if the room was private, and deleted. */
  readonly knew: (tombstone: Tombstone) => boolean;
}

/** Who is a member of a room, and the room's being told so: once per coming and going, in the same step. */
export class Membership {
  readonly #rooms: RoomDirectory;

  constructor(rooms: RoomDirectory) {
    this.#rooms = rooms;
  }

  /**
   * Makes the user a member, if they are not. Rejects with `unknown_room`, also if the room is private and does not let
   * them in, `room_deleted`, `forbidden`, `room_full` or `too_many_rooms`.
   */
  async join(room: RoomId, {invitedAs, ...user}: Comer, {letIn, knew}: Entrance): Promise<Joined> {
    const told = memberEvent(user, 'joined');
    const invitation = invitedAs !== undefined && {as: {kind: 'own', role: invitedAs} as const};
    let added = await this.#rooms.addMember(room, {...user, ...invitation}, told);
    // An invitation leaves a member the name that they had; they come by themselves, and so with the one that they have now.
    if (invitation && added.outcome === 'already') added = await this.#rooms.addMember(room, user, told);
    if (added.outcome === 'closed') {
      const role = await letIn();
      if (role !== undefined) added = await this.#rooms.addMember(room, {...user, as: {kind: 'lent', role}}, told);
    }
    switch (added.outcome) {
      case 'unknown_room':
        throw await absence(this.#rooms, room, knew);
      case 'closed':
        throw closedTo(added.access);
      case 'full':
        throw new LimitReached('members_per_room');
      case 'too_many':
        throw new LimitReached('rooms_per_user');
      case 'joined':
      case 'already':
        return added;
    }
  }

  /** Ends the membership, if there is one; false if there was none. Rejects with `unknown_room` or `room_deleted`. */
  async leave(room: RoomId, user: UserId): Promise<boolean> {
    for (;;) {
      const member = await this.#rooms.member(room, user);
      if (!member) break;
      const {role} = member;
      if (await this.#rooms.removeMember(room, member, memberEvent(member, 'left', {role}))) return true;
    }
    if (!(await this.#rooms.get(room))) throw await absence(this.#rooms, room, () => false);
    return false;
  }
}

type Told = PayloadOf<typeof wire.member>;

/** What the room is told of somebody; of who joins, the store adds the role. */
export const memberEvent = (
  {user, name}: Person,
  change: Told['change'],
  more: {readonly role?: Role; readonly by?: UserId | undefined} = {},
): FeedEvent => ({
  name: wire.member.name,
  data: {
    user,
    name,
    change,
    ...(more.role !== undefined && {role: more.role}),
    ...(more.by !== undefined && {by: more.by}),
  },
});

/** How a room refuses those whom it does not let in: a private one as if it were not there. */
export const closedTo = (access: Access): ParleyError =>
  access === 'private'
    ? new ParleyError('unknown_room')
    : new ParleyError('forbidden', {message: 'This room is by invitation.'});
