import {LimitReached, ParleyError, room as wire, type RoomId, type UserId} from '@parley/protocol';
import type {Clock, FeedEvent, MemberRecord, RoomDirectory, RoomFeeds, RoomRecord} from '../ports.js';

/**
 * How long after joining the announcement is repeated by whoever joins again: it was lost if the store went away
 * between the two steps. Well below the time for which the feed knows a key, so that it cannot come twice.
 */
const reannounceMs = 300_000;

export interface MembershipOptions {
  readonly clock: Clock;
  readonly rooms: RoomDirectory;
  readonly feeds: RoomFeeds;
}

export interface Joined {
  readonly room: RoomRecord;
  readonly member: MemberRecord;
}

/** Who is a member of a room, and the room's being told so: once per coming and going. */
export class Membership {
  readonly #clock: Clock;
  readonly #rooms: RoomDirectory;
  readonly #feeds: RoomFeeds;

  constructor({clock, rooms, feeds}: MembershipOptions) {
    this.#clock = clock;
    this.#rooms = rooms;
    this.#feeds = feeds;
  }

  /** Makes the user a member, if they are not. Rejects with `unknown_room`, `room_full` or `too_many_rooms`. */
  async join(room: RoomId, user: {user: UserId; name: string}): Promise<Joined> {
    const added = await this.#rooms.addMember(room, user);
    switch (added.outcome) {
      case 'unknown_room':
        throw new ParleyError('unknown_room');
      case 'full':
        throw new LimitReached('members_per_room');
      case 'too_many':
        throw new LimitReached('rooms_per_user');
      case 'joined':
        await this.#announce(room, added.member, 'joined');
        return added;
      case 'already':
        if (this.#clock.now() - added.member.joinedAt < reannounceMs)
          await this.#announce(room, added.member, 'joined');
        return added;
    }
  }

  /** Whether it is the same membership still: the user has not left meanwhile, be it to come back. */
  async holds(room: RoomId, {user, joinedAt}: MemberRecord): Promise<boolean> {
    return (await this.#rooms.member(room, user))?.joinedAt === joinedAt;
  }

  /**
   * Ends the membership, if there is one; false if there was none. Rejects with `unknown_room`.
   *
   * It is over before the room is told, so that whoever finds it whole will see the telling; and both are sent in one turn, so that
   * hardly anything comes between. If the store refuses, leaving again completes it and tells nothing twice.
   */
  async leave(room: RoomId, user: UserId): Promise<boolean> {
    const member = await this.#rooms.member(room, user);
    if (!member) {
      if (!(await this.#rooms.get(room))) throw new ParleyError('unknown_room');
      return false;
    }
    const [ended] = await Promise.all([this.#rooms.removeMember(room, user), this.#announce(room, member, 'left')]);
    return ended !== undefined;
  }

  async #announce(room: RoomId, {user, name, joinedAt}: MemberRecord, change: 'joined' | 'left'): Promise<void> {
    const event: FeedEvent = {name: wire.member.name, data: {user, name, change}};
    // No user id begins with a slash, so this key meets no message's.
    await this.#feeds.append(room, event, {key: `/member/${user}/${joinedAt}/${change}`});
  }
}
