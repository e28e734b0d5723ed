import type {
  call,
  GroupId,
  ParamsOf,
  people,
  ResultOf,
  Role,
  RoomId,
  room as wire,
  SessionId,
  UserId,
} from '@parley/protocol';
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
  /**
   * Deletes the room with its members, roles, log and what is scheduled into it, and ends its call. Its members are told by
   * `room.deleted` and `room.removed`. If it rejects with anything but `unknown_room`, it is to be repeated.
   */
  delete(room: RoomId): Promise<void>;
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

/** A call that runs. */
export interface CallOverview {
  readonly room: RoomId;
  /** The node that runs it. */
  readonly node: string;
  readonly startedAt: number;
  readonly peers: number;
  readonly producers: number;
  /** Who waits to be let in. */
  readonly waiting: number;
}

/** The call of a room as it stands, if there is one. */
export type CallStanding = ResultOf<typeof people.get> & {readonly room: RoomId; readonly node?: string};

/** What holds for a room's calls: the lock for the one that runs, the rest for those to come as well. */
export interface CallRules {
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly limits: call.CallLimits;
}

/** Where a call is to go. */
export interface CallDestination {
  readonly node?: string;
  /** To other workers of its own node. */
  readonly otherWorker?: boolean;
}

/** What is not given stays. Of limits, `null` is the server's own. */
export interface CallChange {
  readonly locked?: boolean;
  readonly lobby?: boolean;
  readonly limits?: Omit<ParamsOf<typeof people.limits>, 'room'>;
}

/**
 * What backends may do with calls: what moderators may, in nobody's name, to peers of any role, through any node.
 *
 * Guarantee: it goes through the call's own order of things like the requests of its peers, and has taken effect when it
 * resolves. Everything may be repeated. Everything but `list` rejects with `unknown_room`, what needs a call with
 * `unknown_call` if there is none, and everything with `unavailable` or `timeout` while the owner is out of reach.
 */
export interface CallAdministration {
  /** By room. `missing` are the nodes that did not answer in time: their calls are not listed. */
  list(page: NamePage): Promise<{
    readonly calls: readonly CallOverview[];
    readonly more: boolean;
    readonly missing: readonly string[];
  }>;
  /** Needs no call. */
  get(room: RoomId): Promise<CallStanding>;
  /** Only `locked` needs a call; without one nothing is changed. Answers what holds afterwards. */
  set(room: RoomId, change: CallChange): Promise<CallRules>;
  admit(room: RoomId, sessions: 'all' | SessionId[]): Promise<void>;
  deny(room: RoomId, sessions: 'all' | SessionId[]): Promise<void>;
  /** Only the peers can resume what is paused. Who is gone is left out. */
  mute(room: RoomId, whom: Omit<ParamsOf<typeof people.mute>, 'room'>): Promise<void>;
  /** All sessions of the peer's user in the call. Who is gone is gone: that is fine. */
  kick(room: RoomId, peer: SessionId): Promise<void>;
  end(room: RoomId): Promise<void>;
  /**
   * Hands the call over to another node, as it is, and answers which: `node`, or the one with the fewest peers. The peers
   * join again by themselves; what they hear goes on meanwhile. At that node already is fine. Rejects with `invalid_payload`
   * (`node`) if it cannot run calls, and with `unavailable` if no other can.
   *
   * With `otherWorker` the call stays with its node, and only what that carries of it goes to other workers there. Rejects with
   * `invalid_payload` (`otherWorker`) if there is none, and with `overloaded` while they are full.
   */
  move(room: RoomId, to: CallDestination): Promise<{readonly node: string}>;
  /**
   * Begins to record, or ends that; `mixed`: one file is made of all tracks afterwards. Rejects with `recording_unavailable`,
   * saying why.
   */
  record(room: RoomId, recording: boolean, options?: {readonly mixed?: boolean}): Promise<void>;
}
