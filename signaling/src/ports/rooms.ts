import type {RoomId, UserId} from '@parley/protocol';
import type {FeedEvent} from './feed.js';

export interface RoomRecord {
  readonly room: RoomId;
  readonly title: string;
  readonly maxMembers: number;
  /** How long a member waits between two messages; 0: not at all. */
  readonly slowModeMs: number;
  readonly members: number;
  readonly createdAt: number;
}

export interface NewRoom {
  readonly room: RoomId;
  readonly title: string;
  readonly maxMembers: number;
  readonly slowModeMs?: number;
  /** Whose creation it counts as. */
  readonly by?: UserId;
}

export type CreateRoomOutcome =
  | {readonly outcome: 'created'; readonly room: RoomRecord}
  | {readonly outcome: 'exists'}
  /** There are as many rooms as may be. */
  | {readonly outcome: 'full'}
  /** The user has created as many within an hour as one may. */
  | {readonly outcome: 'wait'; readonly retryAfterMs: number};

export interface MemberRecord {
  readonly user: UserId;
  readonly name: string;
  /** Milliseconds since the Unix epoch, and greater than that of every earlier join of the room: it tells joins apart. */
  readonly joinedAt: number;
}

export type AddMemberOutcome =
  | {readonly outcome: 'joined' | 'already'; readonly room: RoomRecord; readonly member: MemberRecord}
  | {readonly outcome: 'full'}
  /** The user is a member of as many rooms as one may be. */
  | {readonly outcome: 'too_many'}
  | {readonly outcome: 'unknown_room'};

/**
 * Which rooms there are and who is a member. Members are users, and stay so while they are offline.
 *
 * Guarantee: each call is atomic, together with the event that tells the room of it: no membership begins or ends untold, and
 * none is told twice, whatever dies between. `maxMembers` and the limits of the store's options are exact under any number of
 * concurrent calls. Pages are ordered by name (rooms) or user id (members), and a cursor is the last name of the page before.
 */
export interface RoomDirectory {
  create(room: NewRoom): Promise<CreateRoomOutcome>;
  /** Takes effect with the next append. Undefined if there is no such room. */
  update(room: RoomId, settings: {slowModeMs: number}): Promise<RoomRecord | undefined>;
  get(room: RoomId): Promise<RoomRecord | undefined>;
  list(page: {after?: string; limit: number}): Promise<{rooms: readonly RoomRecord[]; more: boolean}>;
  /** `told` is appended to the room's feed if the user `joined` by this call, and otherwise not. */
  addMember(room: RoomId, member: {user: UserId; name: string}, told: FeedEvent): Promise<AddMemberOutcome>;
  /** Ends this very membership and appends `told`; false, and neither, if it is over or the user has joined anew since. */
  removeMember(room: RoomId, member: MemberRecord, told: FeedEvent): Promise<boolean>;
  member(room: RoomId, user: UserId): Promise<MemberRecord | undefined>;
  members(
    room: RoomId,
    page: {after?: string; limit: number},
  ): Promise<{members: readonly MemberRecord[]; more: boolean}>;
  roomsOf(user: UserId): Promise<readonly RoomId[]>;
  /** Those of `others` who are members of a room that `user` is a member of. */
  sharing(user: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>>;
}
