import type {RoomId, UserId} from '@parley/protocol';
import type {
  AddMemberOutcome,
  Clock,
  CreateRoomOutcome,
  FeedEvent,
  MemberRecord,
  NewRoom,
  RoomDirectory,
  RoomRecord,
  StoreLimits,
} from '../ports.js';
import {CreationCounts} from './creation-counts.js';
import type {AppendHere} from './feeds.js';
import type {Link} from './link.js';
import {SortedNames} from './sorted-names.js';

interface HeldRoom extends Omit<RoomRecord, 'members' | 'slowModeMs'> {
  readonly members: Map<UserId, MemberRecord>;
  readonly order: SortedNames;
  slowModeMs: number;
  lastJoinedAt: number;
}

/** The rooms of the cluster, shared by all nodes. */
export class RoomTable {
  readonly rooms = new Map<RoomId, HeldRoom>();
  readonly order = new SortedNames();
  readonly byUser = new Map<UserId, Set<RoomId>>();
  readonly creations = new CreationCounts();
}

const toRecord = ({room, title, maxMembers, slowModeMs, members, createdAt}: HeldRoom): RoomRecord => ({
  room,
  title,
  maxMembers,
  slowModeMs,
  members: members.size,
  createdAt,
});

export interface MemoryRoomsOptions {
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly append: AppendHere;
}

/** A node's view of the rooms. */
export class MemoryRooms implements RoomDirectory {
  readonly #link: Link;
  readonly #table: RoomTable;
  readonly #clock: Clock;
  readonly #limits: StoreLimits;
  readonly #append: AppendHere;

  constructor(link: Link, table: RoomTable, {clock, limits, append}: MemoryRoomsOptions) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#limits = limits;
    this.#append = append;
  }

  create({room: name, title, maxMembers, slowModeMs = 0, by}: NewRoom): Promise<CreateRoomOutcome> {
    return this.#link.act((): CreateRoomOutcome => {
      const {rooms, creations} = this.#table;
      const {rooms: maxRooms, roomCreationsPerHour} = this.#limits;
      if (rooms.has(name)) return {outcome: 'exists'};
      const createdAt = this.#clock.now();
      if (maxRooms > 0 && rooms.size >= maxRooms) return {outcome: 'full'};
      const retryAfterMs = by === undefined ? 0 : creations.take(by, roomCreationsPerHour, createdAt);
      if (retryAfterMs > 0) return {outcome: 'wait', retryAfterMs};
      const held: HeldRoom = {
        room: name,
        title,
        maxMembers,
        slowModeMs,
        createdAt,
        members: new Map(),
        order: new SortedNames(),
        lastJoinedAt: 0,
      };
      rooms.set(name, held);
      this.#table.order.add(name);
      return {outcome: 'created', room: toRecord(held)};
    });
  }

  update(room: RoomId, {slowModeMs}: {slowModeMs: number}): Promise<RoomRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return undefined;
      held.slowModeMs = slowModeMs;
      return toRecord(held);
    });
  }

  get(room: RoomId): Promise<RoomRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      return held === undefined ? undefined : toRecord(held);
    });
  }

  list(page: {after?: string; limit: number}): Promise<{rooms: readonly RoomRecord[]; more: boolean}> {
    return this.#link.act(() => {
      const {names, more} = this.#table.order.page(page);
      const held = names.map((name) => this.#table.rooms.get(name)).filter((room) => room !== undefined);
      return {rooms: held.map(toRecord), more};
    });
  }

  addMember(room: RoomId, {user, name}: {user: UserId; name: string}, told: FeedEvent): Promise<AddMemberOutcome> {
    return this.#link.act((): AddMemberOutcome => {
      const held = this.#table.rooms.get(room);
      if (held === undefined) return {outcome: 'unknown_room'};
      const known = held.members.get(user);
      if (known !== undefined) return {outcome: 'already', room: toRecord(held), member: known};
      const rooms = this.#table.byUser.get(user);
      const {roomsPerUser} = this.#limits;
      if (roomsPerUser > 0 && (rooms?.size ?? 0) >= roomsPerUser) return {outcome: 'too_many'};
      if (held.members.size >= held.maxMembers) return {outcome: 'full'};
      held.lastJoinedAt = Math.max(this.#clock.now(), held.lastJoinedAt + 1);
      const member = {user, name, joinedAt: held.lastJoinedAt};
      held.members.set(user, member);
      held.order.add(user);
      if (rooms === undefined) this.#table.byUser.set(user, new Set([room]));
      else rooms.add(room);
      this.#append(room, told);
      return {outcome: 'joined', room: toRecord(held), member};
    });
  }

  removeMember(room: RoomId, {user, joinedAt}: MemberRecord, told: FeedEvent): Promise<boolean> {
    return this.#link.act(() => {
      const held = this.#table.rooms.get(room);
      if (held?.members.get(user)?.joinedAt !== joinedAt) return false;
      held.members.delete(user);
      held.order.delete(user);
      const rooms = this.#table.byUser.get(user);
      rooms?.delete(room);
      if (rooms?.size === 0) this.#table.byUser.delete(user);
      this.#append(room, told);
      return true;
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
}
