import type {presence, RoomId, SessionId, UserId} from '@parley/protocol';

type PresenceStatus = presence.PresenceStatus;

export interface SessionRecord {
  readonly session: SessionId;
  readonly user: UserId;
  readonly name: string;
  readonly device?: string;
  /** The node that has, or last had, the connection. */
  readonly node: string;
  readonly state: 'connected' | 'away';
  readonly createdAt: number;
  readonly rooms: readonly RoomId[];
  /** The room whose call the session is in. */
  readonly call?: RoomId;
  /** Whose presence the session follows; absent if nobody's. */
  readonly following?: Following;
}

/** Whose presence a session follows, to be taken up again where it is resumed. */
export interface Following {
  readonly rooms: readonly RoomId[];
  readonly users: readonly UserId[];
}

/** All sessions of a user that gave the same device name, or none, taken together: online if any of them is connected. */
export interface DevicePresence {
  readonly device?: string;
  readonly status: 'online' | 'away';
}

export interface UserPresence {
  readonly status: PresenceStatus;
  /** By name, the nameless one first; empty if the user is offline. */
  readonly devices: readonly DevicePresence[];
}

/** A user's presence before and after a change; equal if nobody needs to be told. */
export interface PresenceChange {
  readonly user: UserId;
  readonly before: PresenceStatus;
  readonly after: PresenceStatus;
}

export type ResumeOutcome =
  | {
      readonly ok: true;
      readonly record: SessionRecord;
      readonly previousNode: string;
      /** Which of the session's connections this is: 1 at `create`, one more with each resume. */
      readonly generation: number;
      readonly presence: PresenceChange;
    }
  | {readonly ok: false; readonly reason: 'unknown' | 'wrong_key' | 'stale_attempt'};

export interface NewSession {
  readonly session: SessionId;
  /** SHA-256 of the resume key, hex: the key itself is never stored. */
  readonly keyHash: string;
  readonly user: UserId;
  readonly name: string;
  readonly device?: string;
  readonly attempt: number;
}

/** What a node finds out about a session that is connected to it without having asked. */
export type SessionNews =
  /** It is over, or has a newer connection, and this node was not told: the connection of this generation must go. */
  | {readonly kind: 'ended' | 'replaced'; readonly session: SessionId; readonly generation: number}
  /** It had been marked as lost with its node, and is connected again. */
  | {readonly kind: 'back'; readonly presence: PresenceChange};

/**
 * Who has a session, where, and in which rooms: what resume needs, shared by all nodes while the session lives.
 *
 * Guarantee: each call is atomic. A record is complete from `create` on and needs no act of the node that dies: a
 * session whose node vanished can be resumed at once. `resume` moves the session to this node if the key fits, the
 * user is the same and the attempt is not older than the newest seen; a connected session is taken over likewise.
 * `away` acts only on the connection of its generation, so that a late disconnect never hurts a resumed session, be it
 * on another node or on this one. A session not resumed within the window is ended by `takeExpired`, which gives each
 * to one caller only.
 *
 * A node that was cut off from the others, or whose store came back without its sessions, hears by `onNews` what became
 * of those that it still has: without that, a session that was kicked meanwhile would go on listening.
 */
export interface SessionDirectory {
  create(session: NewSession): Promise<PresenceChange>;
  resume(request: {session: SessionId; keyHash: string; user: UserId; attempt: number}): Promise<ResumeOutcome>;
  /** The connection ended without a farewell. Undefined if the session has a newer connection or is gone. */
  away(session: SessionId, generation: number): Promise<PresenceChange | undefined>;
  /** Ends it for good. Undefined if there is none. */
  end(session: SessionId): Promise<{record: SessionRecord; presence: PresenceChange} | undefined>;
  join(session: SessionId, room: RoomId): Promise<void>;
  leave(session: SessionId, room: RoomId): Promise<void>;
  setCall(session: SessionId, room: RoomId | undefined): Promise<void>;
  /** What the session follows from now on, in place of what it followed. */
  setFollowing(session: SessionId, following: Following): Promise<void>;
  find(session: SessionId): Promise<SessionRecord | undefined>;
  ofUser(user: UserId): Promise<readonly SessionRecord[]>;
  /**
   * As of one moment for each user, by the store's clock: a session whose time is over does not count, though nobody may
   * have ended it yet. Asks no other node.
   */
  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>>;
  /**
   * Sessions whose resume window is over: ended and returned, each to one caller in the cluster. With the fence of the
   * caller's lease, nothing is given to one who had it before somebody that has asked already: a node that was frozen and
   * wakes does nothing.
   */
  takeExpired(limit: number, fence?: number): Promise<readonly {record: SessionRecord; presence: PresenceChange}[]>;
  /** Marks every session of a node that died as away, from now. Each is returned to one caller in the cluster. */
  markNodeLost(node: string, limit: number): Promise<readonly {session: SessionId; presence: PresenceChange}[]>;
  /** To be called before the first session. Word of who ended it, and why, may come after the news of it. */
  onNews(listener: (news: SessionNews) => void): void;
}
