import type {Access, GroupId, JoinAs, Role, RoomId, UserId, VideoCodec} from '@parley/protocol';
import type {FeedEvent} from './feed.js';

export interface RoomProperties {
  readonly title: string;
  readonly access: Access;
  readonly joinAs: JoinAs;
  /** How long a member waits between two messages; 0: not at all. */
  readonly slowModeMs: number;
  /** What video of its calls is published with, the preferred first; not empty. All, in the usual order, if not given. */
  readonly videoCodecs: readonly VideoCodec[];
}

export interface RoomRecord extends RoomProperties {
  readonly room: RoomId;
  readonly maxMembers: number;
  readonly members: number;
  readonly createdAt: number;
}

export interface NewRoom extends Partial<RoomProperties> {
  readonly room: RoomId;
  readonly title: string;
  readonly maxMembers: number;
  /** Whose creation it counts as. */
  readonly by?: UserId;
  /** Becomes the first member, and owner, in the same step; `told` is appended, with the `role`. */
  readonly owner?: {readonly user: UserId; readonly name: string; readonly told: FeedEvent};
}

export type CreateRoomOutcome =
  | {readonly outcome: 'created'; readonly room: RoomRecord}
  | {readonly outcome: 'exists'}
  /** There are as many rooms as may be. */
  | {readonly outcome: 'full'}
  /** The owner is a member of as many rooms as one may be. */
  | {readonly outcome: 'too_many'}
  /** The user has created as many within an hour as one may. */
  | {readonly outcome: 'wait'; readonly retryAfterMs: number};

export interface MemberRecord {
  readonly user: UserId;
  readonly name: string;
  readonly role: Role;
  /**
   * The membership rests on a group or a token that let the user in, and `role` is what it was worth then: of itself it
   * gives no right, neither to stay nor to come back.
   */
  readonly lent: boolean;
  /** Milliseconds since the Unix epoch, and greater than that of every earlier join of the room: it tells joins apart. */
  readonly joinedAt: number;
}

export interface NewMember {
  readonly user: UserId;
  readonly name: string;
  /**
   * Why the room should let them in, unless it is open or they are a member in their own right. `lent`: a group or a token
   * says so, for as long as it does. `own`: they were invited; a membership that was lent becomes their own.
   */
  readonly as?: {readonly kind: 'lent' | 'own'; readonly role: Role};
}

export type AddMemberOutcome =
  | {readonly outcome: 'joined' | 'already'; readonly room: RoomRecord; readonly member: MemberRecord}
  | {readonly outcome: 'full'}
  /** The user is a member of as many rooms as one may be. */
  | {readonly outcome: 'too_many'}
  /** The room is not open, and the user neither a member in their own right nor let in. */
  | {readonly outcome: 'closed'; readonly access: Access}
  | {readonly outcome: 'unknown_room'};

/** How long the log of a deleted room can be read, by those who are behind with telling others of it. */
export const deletedLogKeptMs = 3_600_000;
/** How long it is known that there was a room. */
export const deletedRoomKeptMs = 7 * 24 * 3_600_000;

/** What is left of a deleted room. */
export interface Tombstone {
  /** Milliseconds since the Unix epoch. */
  readonly deletedAt: number;
  readonly access: Access;
  /** Of its log: known to those alone who were in the room. */
  readonly epoch: string;
}

/** A room that names a group of users, and what they are in it. */
export interface RoomOfGroup {
  readonly room: RoomId;
  readonly role: Role;
}

/** What a room says of some users. */
export interface RoomStandings {
  readonly access: Access;
  readonly joinAs: JoinAs;
  readonly groups: ReadonlyMap<GroupId, Role>;
  /** Those of the users that are members. */
  readonly members: ReadonlyMap<UserId, MemberRecord>;
}

/**
 * Which rooms there are, who is a member, and as what. Members are users, and stay so while they are offline.
 *
 * Guarantee: each call is atomic, together with the event that tells the room of it: no membership begins, changes or ends
 * untold, and none is told twice, whatever dies between. `maxMembers` and the limits of the store's options are exact under
 * any number of concurrent calls. Pages are ordered by name (rooms) or user id (members), and a cursor is the last name of
 * the page before. What is done to a member is done to the record that the caller has seen, role included, or not at all:
 * nobody is demoted or removed on the strength of a role that they no longer have.
 */
export interface RoomDirectory {
  /** Open, and joined as members, unless it says otherwise. */
  create(room: NewRoom): Promise<CreateRoomOutcome>;
  get(room: RoomId): Promise<RoomRecord | undefined>;
  /** The room as it is afterwards, or undefined if there is none. Slow mode takes effect with the next append. */
  update(room: RoomId, properties: Partial<RoomProperties>): Promise<RoomRecord | undefined>;
  list(page: {after?: string; limit: number}): Promise<{rooms: readonly RoomRecord[]; more: boolean}>;
  /**
   * `told`, with the member's `role`, is appended to the room's feed if the user `joined` by this call, and otherwise not.
   * A member who joins again by themselves has the name that they join with from then on.
   */
  addMember(room: RoomId, member: NewMember, told: FeedEvent): Promise<AddMemberOutcome>;
  /** Ends this very membership and appends `told`; false, and neither, if it is over or another by now. */
  removeMember(room: RoomId, member: MemberRecord, told: FeedEvent): Promise<boolean>;
  /** Gives this very member a role of their own and appends `told`; undefined, and neither, if it is over or another. */
  setRole(room: RoomId, member: MemberRecord, role: Role, told: FeedEvent): Promise<MemberRecord | undefined>;
  /** What a group's users are in the room; nothing without a role. */
  setGroup(room: RoomId, group: GroupId, role: Role | undefined): Promise<'set' | 'full' | 'unknown_room'>;
  /** The rooms that name the group, by name; nothing else is known of it here. */
  roomsOfGroup(
    group: GroupId,
    page: {after?: string; limit: number},
  ): Promise<{rooms: readonly RoomOfGroup[]; more: boolean}>;
  /** Undefined if there is no such room. */
  standings(room: RoomId, users: readonly UserId[]): Promise<RoomStandings | undefined>;
  /**
   * Ends the room with all that it holds, its memberships included. `told` is the last event of its feed: to append to it is
   * refused with `room_deleted`, and its log is gone after {@link deletedLogKeptMs}. One that is made of the same name has
   * another epoch, an empty log, and offsets that go on. False if there is no such room. What is left of it where it is only named is gone when
   * this resolves, also if an earlier call, whose node died, had left it.
   */
  delete(room: RoomId, told: FeedEvent): Promise<boolean>;
  /** Of a room that was deleted, until another of the name is made and for {@link deletedRoomKeptMs} at most. */
  tombstone(room: RoomId): Promise<Tombstone | undefined>;
  member(room: RoomId, user: UserId): Promise<MemberRecord | undefined>;
  members(
    room: RoomId,
    page: {after?: string; limit: number},
  ): Promise<{members: readonly MemberRecord[]; more: boolean}>;
  roomsOf(user: UserId): Promise<readonly RoomId[]>;
  /** Those of `others` who are members of a room that `user` is a member of. */
  sharing(user: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>>;
}
