import {ParleyError, room as wire, type RoomId, type UserId} from '@parley/protocol';
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

  /** Makes the user a member, if they are not. Rejects with `unknown_room` or `room_full`. */
  async join(room: RoomId, user: {user: UserId; name: string}): Promise<RoomRecord> {
    const added = await this.#rooms.addMember(room, user);
    switch (added.outcome) {
      case 'unknown_room':
        throw new ParleyError('unknown_room');
      case 'full':
        throw new ParleyError('room_full');
      case 'joined':
        await this.#announce(room, added.member, 'joined');
        return added.room;
      case 'already':
        if (this.#clock.now() - added.member.joinedAt < reannounceMs)
          await this.#announce(room, added.member, 'joined');
        return added.room;
    }
  }

  /**
   * Ends the membership, if there is one; false if there was none. The room is told first: if the store goes away
   * between the two steps, leaving again completes it and tells nothing twice. Rejects with `unknown_room`.
   */
  async leave(room: RoomId, user: UserId): Promise<boolean> {
    const member = await this.#rooms.member(room, user);
    if (!member) {
      if (!(await this.#rooms.get(room))) throw new ParleyError('unknown_room');
      return false;
    }
    await this.#announce(room, member, 'left');
    return (await this.#rooms.removeMember(room, user)) !== undefined;
  }

  async #announce(room: RoomId, {user, name, joinedAt}: MemberRecord, change: 'joined' | 'left'): Promise<void> {
    const event: FeedEvent = {name: wire.member.name, data: {user, name, change}};
    // No user id begins with a slash, so this key meets no message's.
    await this.#feeds.append(room, event, {key: `/member/${user}/${joinedAt}/${change}`});
  }
}
