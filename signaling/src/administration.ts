import type {GroupId, ParamsOf, Role, RoomId, room as wire, UserId} from '@parley/protocol';
import type {GroupRecord, MemberRecord, RoomOfGroup, RoomProperties, RoomRecord} from './ports.js';

/** `after` is the last name of the page before. */
export interface NamePage {
  readonly after?: string;
  readonly limit: number;
}

/** Who is to be in a room. */
export interface NewMembership {
  readonly user: UserId;
  /** Shown until they come themselves; of who is a member already, nothing. */
  readonly name?: string;
  /** Without one what joining gives, and what they are if they are a member already. */
  readonly role?: Role;
}

/**
 * What backends may do with rooms: all that owners may, in nobody's name.
 *
 * Guarantee: what was changed has taken effect on live sessions of all nodes when it resolves; a node that does not
 * answer is told again until it does or is gone. Everything may be repeated. Everything but `create` and `list` rejects
 * with `unknown_room`, and everything with `unavailable` or `timeout` while the store is away.
 */
export interface RoomAdministration {
  /** Nobody is in it. Rejects with `room_exists` or `too_many_rooms`. */
  create(room: ParamsOf<typeof wire.create>): Promise<RoomRecord>;
  get(room: RoomId): Promise<RoomRecord>;
  list(page: NamePage): Promise<{readonly rooms: readonly RoomRecord[]; readonly more: boolean}>;
  /** What is not given stays. */
  update(room: RoomId, properties: Partial<RoomProperties>): Promise<RoomRecord>;
  /** Makes somebody a member with a role, whether they are one or not. Rejects with `room_full` or `too_many_rooms`. */
  setMember(room: RoomId, member: NewMembership): Promise<MemberRecord>;
  /** Rejects with `unknown_member`. */
  removeMember(room: RoomId, user: UserId): Promise<void>;
  groups(room: RoomId): Promise<ReadonlyMap<GroupId, Role>>;
  /** Takes the role away if none is given. Rejects with `unknown_group` or `too_many_groups`. */
  setGroup(room: RoomId, group: GroupId, role: Role | undefined): Promise<void>;
}

/**
 * Groups of users, which rooms can give a role to.
 *
 * Guarantee: like that of the rooms. Everything but `create` and `list` rejects with `unknown_group`.
 */
export interface GroupAdministration {
  /** No room names it. Rejects with `group_exists` or `too_many_groups`. */
  create(group: {readonly group: GroupId; readonly title?: string}): Promise<GroupRecord>;
  get(group: GroupId): Promise<GroupRecord>;
  list(page: NamePage): Promise<{readonly groups: readonly GroupRecord[]; readonly more: boolean}>;
  /** No room names it afterwards, also if one of the same name is made again. */
  remove(group: GroupId): Promise<void>;
  users(group: GroupId, page: NamePage): Promise<{readonly users: readonly UserId[]; readonly more: boolean}>;
  /** All or none; answers how many users it has. Rejects with `group_full`. */
  addUsers(group: GroupId, users: readonly UserId[]): Promise<number>;
  /** Who is not in it, is not: that is fine. */
  removeUsers(group: GroupId, users: readonly UserId[]): Promise<number>;
  /** The rooms that name it. */
  rooms(group: GroupId, page: NamePage): Promise<{readonly rooms: readonly RoomOfGroup[]; readonly more: boolean}>;
}
