import {
  LimitReached,
  ParleyError,
  room as wire,
  type GroupId,
  type Role,
  type RoomId,
  type UserId,
} from '@parley/protocol';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {GroupDirectory, MemberRecord, RoomDirectory, RoomFeeds, RoomProperties, RoomRecord} from '../ports.js';
import type {Actor} from '../rights/actor.js';
import type {RoomWords} from '../rights/room-words.js';
import type {RightsWatch} from '../sessions/rights-watch.js';
import type {RoomExits} from '../sessions/room-exits.js';
import {absence, requireRoom} from './absence.js';
import {memberEvent} from './membership.js';

export interface ModerationOptions {
  readonly rooms: RoomDirectory;
  readonly groups: Pick<GroupDirectory, 'get'>;
  readonly feeds: Pick<RoomFeeds, 'append'>;
  readonly words: RoomWords;
  readonly exits: RoomExits;
  readonly watch: RightsWatch;
  readonly owed: OwedDeeds;
}

/** As many as a display name has at most; ids may be longer. */
const nameCharacters = 64;

const outOfReach = (): ParleyError =>
  new ParleyError('forbidden', {message: 'Their role is not below yours.', field: 'user'});

/**
 * What is done to a room and its members by those who may. Everything has taken effect on live sessions when it
 * resolves; a node that does not answer is told again until it does or is gone.
 */
export class Moderation {
  readonly #options: ModerationOptions;

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** Rejects with `unknown_room`, `room_deleted`, `unknown_member` or `forbidden`. */
  async remove(room: RoomId, user: UserId, actor: Actor): Promise<void> {
    const {rooms, exits, owed} = this.#options;
    let member: MemberRecord | undefined;
    do {
      member = await this.#inReach(room, user, actor);
      // Changed meanwhile: whoever they are now is looked at again.
    } while (
      member &&
      !(await rooms.removeMember(room, member, memberEvent(member, 'removed', toldOf(member, actor))))
    );
    // Also if the membership was over already: an earlier attempt may have got no further than that.
    const why = {reason: 'removed', ...(actor.by !== undefined && {by: actor.by})} as const;
    await owed.attempt(`exit of ${user} from ${room}`, () => exits.endSubscriptions(room, user, why));
    if (!member) throw new ParleyError('unknown_member', {field: 'user'});
  }

  /** Rejects with `unknown_room`, `room_deleted`, `unknown_member` or `forbidden`. */
  async setRole(room: RoomId, user: UserId, role: Role, actor: Actor): Promise<void> {
    const {rooms, watch} = this.#options;
    let changed: MemberRecord | undefined;
    while (!changed) {
      const member = await this.#inReach(room, user, actor);
      if (!member) throw new ParleyError('unknown_member', {field: 'user'});
      changed = await rooms.setRole(room, member, role, memberEvent(member, 'role', {role, by: actor.by}));
    }
    await watch.ofUsers(room, [user]);
  }

  /** Makes somebody a member. Rejects with `unknown_room`, `room_deleted`, `room_full` or `too_many_rooms`. */
  async invite(
    room: RoomId,
    {user, name}: {readonly user: UserId; readonly name?: string},
    role: Role | undefined,
    {by}: Actor,
  ): Promise<void> {
    const {rooms, watch} = this.#options;
    const record = await requireRoom(rooms, room);
    // Until they join themselves, nobody may know what they are called.
    const person = {user, name: name ?? user.slice(0, nameCharacters)};
    const as = {kind: 'own', role: role ?? record.joinAs} as const;
    const added = await rooms.addMember(room, {...person, as}, memberEvent(person, 'joined', {by}));
    switch (added.outcome) {
      case 'joined':
        return;
      case 'already':
        // A membership that was lent is their own now.
        await watch.ofUsers(room, [user]);
        return;
      case 'full':
        throw new LimitReached('members_per_room');
      case 'too_many':
        throw new LimitReached('rooms_per_user');
      case 'closed':
      case 'unknown_room':
        throw await absence(rooms, room);
    }
  }

  /** `by` is nobody for the backend. Rejects with `unknown_room` or `room_deleted`. */
  async update(
    room: RoomId,
    properties: Partial<RoomProperties>,
    by?: {readonly user: UserId; readonly name: string},
  ): Promise<RoomRecord> {
    const {rooms, feeds, watch} = this.#options;
    if (Object.keys(properties).length === 0) return requireRoom(rooms, room);
    const record = await rooms.update(room, properties);
    if (!record) throw await absence(rooms, room);
    const {title, slowModeMs, access, joinAs, videoCodecs} = record;
    const data = {...(by && {user: by.user, name: by.name}), title, slowModeMs, access, joinAs, videoCodecs};
    await Promise.all([feeds.append(room, {name: wire.updated.name, data}), watch.ofRoom(room)]);
    return record;
  }

  /** Rejects with `unknown_room` or `room_deleted`. */
  async groupsOf(room: RoomId): Promise<ReadonlyMap<GroupId, Role>> {
    const {rooms} = this.#options;
    const standings = await rooms.standings(room, []);
    if (!standings) throw await absence(rooms, room);
    return standings.groups;
  }

  /** Takes the role away if none is given. Rejects with `unknown_room`, `room_deleted`, `unknown_group` or `too_many_groups`. */
  async setGroup(room: RoomId, group: GroupId, role: Role | undefined): Promise<void> {
    const {rooms, groups, watch} = this.#options;
    const isKnown = async (): Promise<boolean> => role === undefined || (await groups.get(group)) !== undefined;
    if (!(await isKnown())) throw new ParleyError('unknown_group', {field: 'group'});
    const outcome = await rooms.setGroup(room, group, role);
    if (outcome === 'unknown_room') throw await absence(rooms, room);
    if (outcome === 'full') throw new LimitReached('groups_per_room');
    // Deleted meanwhile: another one of that name must not find a role waiting for it.
    if (!(await isKnown())) {
      await rooms.setGroup(room, group, undefined);
      throw new ParleyError('unknown_group', {field: 'group'});
    }
    await watch.ofRoom(room);
  }

  /** The member, if there is one; what a group makes of them counts too. */
  async #inReach(room: RoomId, user: UserId, {over}: Actor): Promise<MemberRecord | undefined> {
    const {rooms, words} = this.#options;
    const found = await words.of(room, user);
    if (!found) throw await absence(rooms, room);
    const {member, word} = found;
    if (member && ![member.role, word.group ?? member.role].every((role) => over.includes(role))) throw outOfReach();
    return member;
  }
}

const toldOf = ({role}: MemberRecord, {by}: Actor): {role: Role; by: UserId | undefined} => ({role, by});
