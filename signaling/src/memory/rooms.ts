import {room as wire, usualVideoCodecs, type GroupId, type Role, type RoomId, type UserId} from '@parley/protocol';
import type {
  AddMemberOutcome,
  Clock,
  CreateRoomOutcome,
  FeedEvent,
  MemberRecord,
  NewMember,
  NewRoom,
  RoomDirectory,
  RoomProperties,
  RoomRecord,
  RoomStandings,
  StoreLimits,
  Tombstone,
} from '../ports.js';
import type {CallTable} from './calls.js';
import {CreationCounts} from './creation-counts.js';
import type {MemoryFeeds} from './feeds.js';
import type {Link} from './link.js';
import {SortedNames} from './sorted-names.js';

interface HeldRoom extends Omit<RoomRecord, 'members' | keyof RoomProperties> {
  properties: RoomProperties;
  readonly groups: Map<GroupId, Role>;
  readonly members: Map<UserId, MemberRecord>;
  readonly order: SortedNames;
  lastJoinedAt: number;
}

/** The rooms of the cluster, shared by all nodes. */
export class RoomTable {
  readonly rooms = new Map<RoomId, HeldRoom>();
  readonly order = new SortedNames();
  readonly byUser = new Map<UserId, Set<RoomId>>();
  readonly creations = new CreationCounts();
}

const toRecord = ({room, properties, maxMembers, members, createdAt}: HeldRoom): RoomRecord => ({
  room,
  ...properties,
  maxMembers,
  members: members.size,
  createdAt,
});

export interface MemoryRoomsOptions {
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly feeds: Pick<MemoryFeeds, 'appendHere' | 'beginHere' | 'endHere' | 'tombstoneHere'>;
  readonly calls: Pick<CallTable, 'forget'>;
}

/** A node's view of the rooms. */
export class MemoryRooms implements RoomDirectory {
  readonly #link: Link;
  readonly #table: RoomTable;
  readonly #clock: Clock;
  readonly #limits: StoreLimits;
  readonly #feeds: MemoryRoomsOptions['feeds'];
  readonly #calls: MemoryRoomsOptions['calls'];

  constructor(link: Link, table: RoomTable, {clock, limits, feeds, calls}: MemoryRoomsOptions) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#limits = limits;
    this.#feeds = feeds;
    this.#calls = calls;
  }

  create(asked: NewRoom): Promise<CreateRoomOutcome> {
    const {room, title, maxMembers, access = 'open', joinAs = 'member', slowModeMs = 0, by, owner} = asked;
    const {videoCodecs = usualVideoCodecs} = asked;
    return this.#link.act((): CreateRoomOutcome => {
      const {rooms, creations, order} = this.#table;
      const {rooms: maxRooms, roomCreationsPerHour} = this.#limits;
      if (rooms.has(room)) return {outcome: 'exists'};
      const createdAt = this.#clock.now();
      if (maxRooms > 0 && rooms.size >= maxRooms) return {outcome: 'full'};
      if (owner && this.#isInTooMany(owner.user)) return {outcome: 'too_many'};
      const retryAfterMs = by === undefined ? 0 : creations.take(by, roomCreationsPerHour, createdAt);
      if (retryAfterMs > 0) return {outcome: 'wait', retryAfterMs};
      const held: HeldRoom = {
        room,
        properties: {title, access, joinAs, slowModeMs, videoCodecs},
        maxMembers,
        createdAt,
        groups: new Map(),
        members: new Map(),
        order: new SortedNames(),
        lastJoinedAt: 0,
      };
      rooms.set(room, held);
      order.add(room);
      this.#feeds.beginHere(room);
      if (owner) this.#enter(held, {user: owner.user, name: owner.name, role: 'owner', lent: false}, owner.told);
      return {outcome: 'created', room: toRecord(held)};
    });
  }

  get(room: RoomId): Promise<RoomRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      return held === undefined ? undefined : toRecord(held);
    });
  }

  update(room: RoomId, properties: Partial<RoomProperties>): Promise<RoomRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return undefined;
      held.properties = {...held.properties, ...properties};
      return toRecord(held);
    });
  }

  list(page: {after?: string; limit: number}): Promise<{rooms: readonly RoomRecord[]; more: boolean}> {
    return this.#link.act(() => {
      const {names, more} = this.#table.order.page(page);
      const held = names.map((name) => this.#table.rooms.get(name)).filter((room) => room !== undefined);
      return {rooms: held.map(toRecord), more};
    });
  }

  addMember(room: RoomId, {user, name, as}: NewMember, told: FeedEvent): Promise<AddMemberOutcome> {
    return this.#link.act((): AddMemberOutcome => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return {outcome: 'unknown_room'};
      const {access, joinAs} = held.properties;
      const known = held.members.get(user);
      const isOwn = known?.lent === false;
      const own = as?.kind === 'own' ? as.role : access === 'open' ? joinAs : undefined;
      const role = own ?? as?.role;
      if (!isOwn && role === undefined) return {outcome: 'closed', access};
      if (known !== undefined) {
        const earned = isOwn || own === undefined ? {} : {role: own, lent: false};
        const member = {...known, ...earned, ...(as?.kind !== 'own' && {name})};
        held.members.set(user, member);
        return {outcome: 'already', room: toRecord(held), member};
      }
      if (this.#isInTooMany(user)) return {outcome: 'too_many'};
      if (held.members.size >= held.maxMembers) return {outcome: 'full'};
      const member = this.#enter(held, {user, name, role: role ?? joinAs, lent: own === undefined}, told);
      return {outcome: 'joined', room: toRecord(held), member};
    });
  }

  removeMember(room: RoomId, member: MemberRecord, told: FeedEvent): Promise<boolean> {
    return this.#link.act(() => {
      const {user} = member;
      const held = this.#held(room, member);
      if (held === undefined) return false;
      held.members.delete(user);
      held.order.delete(user);
      this.#unlist(room, user);
      this.#feeds.appendHere(room, told);
      return true;
    });
  }

  setRole(room: RoomId, member: MemberRecord, role: Role, told: FeedEvent): Promise<MemberRecord | undefined> {
    return this.#link.act(() => {
      const changed = {...member, role, lent: false};
      if (this.#held(room, member)?.members.set(member.user, changed) === undefined) return undefined;
      this.#feeds.appendHere(room, told);
      return changed;
    });
  }

  setGroup(room: RoomId, group: GroupId, role: Role | undefined): ReturnType<RoomDirectory['setGroup']> {
    return this.#link.act(() => {
      const groups = this.#table.rooms.get(room)?.groups;
      if (groups === undefined) return 'unknown_room';
      if (role === undefined) groups.delete(group);
      else if (!groups.has(group) && groups.size >= wire.groupsPerRoom) return 'full';
      else groups.set(group, role);
      return 'set';
    });
  }

  /** By looking at every room: a world in memory is a small one, and this is asked by people. */
  roomsOfGroup(group: GroupId, page: {after?: string; limit: number}): ReturnType<RoomDirectory['roomsOfGroup']> {
    return this.#link.act(() => {
      const naming = new SortedNames();
      for (const {room, groups} of this.#table.rooms.values()) if (groups.has(group)) naming.add(room);
      const {names, more} = naming.page(page);
      const rooms = names.flatMap((room) => {
        const role = this.#table.rooms.get(room)?.groups.get(group);
        return role === undefined ? [] : [{room, role}];
      });
      return {rooms, more};
    });
  }

  standings(room: RoomId, users: readonly UserId[]): Promise<RoomStandings | undefined> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return undefined;
      const known = users.map((user) => held.members.get(user)).filter((member) => member !== undefined);
      const {access, joinAs} = held.properties;
      return {access, joinAs, groups: new Map(held.groups), members: new Map(known.map((one) => [one.user, one]))};
    });
  }

  member(room: RoomId, user: UserId): Promise<MemberRecord | undefined> {
    return this.#link.act(() => this.#table.rooms.get(room)?.members.get(user));
  }

  members(
    room: RoomId,
    page: {after?: string; limit: number},
  ): Promise<{members: readonly MemberRecord[]; more: boolean}> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return {members: [], more: false};
      const {names, more} = held.order.page(page);
      return {members: names.map((user) => held.members.get(user)).filter((member) => member !== undefined), more};
    });
  }

  roomsOf(user: UserId): Promise<readonly RoomId[]> {
    return this.#link.act(() => [...(this.#table.byUser.get(user) ?? [])]);
  }

  sharing(user: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    return this.#link.act(() => {
      const mine = this.#table.byUser.get(user);
      const shares = (other: UserId): boolean =>
        [...(this.#table.byUser.get(other) ?? [])].some((room) => mine?.has(room));
      return new Set(others.filter(shares));
    });
  }

  delete(room: RoomId, told: FeedEvent): Promise<boolean> {
    return this.#link.act(() => {
      const {rooms, order} = this.#table;
      const held = rooms.get(room);
      if (held === undefined) return false;
      this.#feeds.appendHere(room, told);
      this.#feeds.endHere(room, held.properties.access);
      this.#calls.forget(room);
      rooms.delete(room);
      order.delete(room);
      for (const user of held.members.keys()) this.#unlist(room, user);
      return true;
    });
  }

  tombstone(room: RoomId): Promise<Tombstone | undefined> {
    return this.#link.act(() => this.#feeds.tombstoneHere(room));
  }

  #unlist(room: RoomId, user: UserId): void {
    const rooms = this.#table.byUser.get(user);
    rooms?.delete(room);
    if (rooms?.size === 0) this.#table.byUser.delete(user);
  }

  #isInTooMany(user: UserId): boolean {
    const {roomsPerUser} = this.#limits;
    return roomsPerUser > 0 && (this.#table.byUser.get(user)?.size ?? 0) >= roomsPerUser;
  }

  /** The room, if this is what it holds of the member. */
  #held(room: RoomId, {user, joinedAt, role, lent}: MemberRecord): HeldRoom | undefined {
    const held = this.#table.rooms.get(room);
    const known = held?.members.get(user);
    return known?.joinedAt === joinedAt && known.role === role && known.lent === lent ? held : undefined;
  }

  #enter(held: HeldRoom, newcomer: Omit<MemberRecord, 'joinedAt'>, told: FeedEvent): MemberRecord {
    const {room, members, order} = held;
    held.lastJoinedAt = Math.max(this.#clock.now(), held.lastJoinedAt + 1);
    const {user, name, role, lent} = newcomer;
    // Spelt out: V8 gives each object that is spread from another a shape of its own, twice the size of this one.
    const member: MemberRecord = {user, name, role, lent, joinedAt: held.lastJoinedAt};
    members.set(member.user, member);
    order.add(member.user);
    const rooms = this.#table.byUser.get(member.user);
    if (rooms === undefined) this.#table.byUser.set(member.user, new Set([room]));
    else rooms.add(room);
    this.#feeds.appendHere(room, {...told, data: {...told.data, role: member.role}});
    return member;
  }
}
