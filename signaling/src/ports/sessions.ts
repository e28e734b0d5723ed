import type {presence, RoomId, SessionId, UserId} from '@parley/protocol';
import type {TokenFacts} from './revocations.js';

type PresenceStatus = presence.PresenceStatus;

/** What a session remembers of the token that it stands on. */
export type SessionToken = Omit<TokenFacts, 'user'>;

export interface SessionRecord {
  readonly session: SessionId;
  readonly user: UserId;
  readonly name: string;
  readonly device?: string;
  /** The node that has, or last had, the connection. */
  readonly node: string;
  readonly state: 'connected' | 'away';
  readonly createdAt: number;
  /** When its client was last known to be there: of a connected one at most half a minute ago. */
  readonly seenAt: number;
  readonly token: SessionToken;
  readonly rooms: readonly RoomId[];
  /** The room whose call the session is in. */
  readonly call?: RoomId;
  /** Whose presence the session follows; absent if nobody's. */
  readonly following?: Following;
}

/** A connected session, and the node that has its connection. */
export type Whereabouts = Pick<SessionRecord, 'session' | 'node'>;

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

/** A session that is over, as it was last. */
export interface EndedSession {
  readonly record: SessionRecord;
  readonly presence: PresenceChange;
}

/** How many sessions a user may have, connected and away together, and which has to go if there is one more. */
export interface SessionLimit {
  readonly most: number;
  readonly policy: 'refuse_newest' | 'close_oldest';
}

export type CreateOutcome =
  | {
      readonly ok: true;
      readonly presence: PresenceChange;
      /** How many other sessions the user has now. */
      readonly others: number;
      /** Those that had to go, as they were last: ended, and no change of presence besides the one above. */
      readonly displaced: readonly SessionRecord[];
    }
  | {readonly ok: false; readonly reason: 'too_many'};

export type ResumeOutcome =
  | {
      readonly ok: true;
      readonly record: SessionRecord;
      readonly previousNode: string;
      /** The token that it stood on until now. */
      readonly previousToken: SessionToken;
      /** Which of the session's connections this is: 1 at `create`, one more with each resume. */
      readonly generation: number;
      readonly presence: PresenceChange;
    }
  | {readonly ok: false; readonly reason: 'unknown' | 'wrong_key' | 'stale_attempt'}
  /** A key that was superseded by one that has been used: it was stolen, or the other was. The session is ended. */
  | {readonly ok: false; readonly reason: 'key_reused'; readonly ended: EndedSession};

/** Of resume keys the store has hashes only (SHA-256, hex). */
export interface KeyHashes {
  /** Of the part that all keys of the session share, so that an old one is known for what it is. */
  readonly family: string;
  /** Of the part that is this key's own. */
  readonly own: string;
}

export interface NewSession {
  readonly session: SessionId;
  readonly key: KeyHashes;
  readonly user: UserId;
  readonly name: string;
  readonly device?: string;
  readonly attempt: number;
  readonly token: SessionToken;
}

export interface ResumeRequest {
  readonly session: SessionId;
  readonly user: UserId;
  readonly attempt: number;
  readonly token: SessionToken;
  /** `generation` is the connection that it was given to, as the key says itself. */
  readonly key: KeyHashes & {readonly generation: number};
  /** The key that takes its place, of the same family. */
  readonly nextKey: string;
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
 * A key fits until the next one has been shown to have arrived: by its use, or by `keyArrived`. Two are good at most:
 * the newest, and the one that it was given out for. Without the second, a client whose answer was lost could not come
 * back; were it good for longer, a stolen key would be, too.
 *
 * A user's sessions are counted by `create` itself, so that no number of simultaneous ones exceeds the limit; those
 * whose window is over count no longer.
 *
 * A node that was cut off from the others, or whose store came back without its sessions, hears by `onNews` what became
 * of those that it still has: without that, a session that was kicked meanwhile would go on listening.
 */
export interface SessionDirectory {
  create(session: NewSession, limit: SessionLimit): Promise<CreateOutcome>;
  resume(request: ResumeRequest): Promise<ResumeOutcome>;
  /** The client of this connection has its key: the one before is useless from now on. No effect on newer connections. */
  keyArrived(session: SessionId, generation: number): Promise<void>;
  /** The connection ended without a farewell. Undefined if the session has a newer connection or is gone. */
  away(session: SessionId, generation: number): Promise<PresenceChange | undefined>;
  /** Ends it for good. Undefined if there is none. */
  end(session: SessionId): Promise<EndedSession | undefined>;
  /** Names its device. */
  rename(session: SessionId, device: string): Promise<void>;
  /** It stands on another token of its user. */
  setToken(session: SessionId, token: SessionToken): Promise<void>;
  join(session: SessionId, room: RoomId): Promise<void>;
  leave(session: SessionId, room: RoomId): Promise<void>;
  setCall(session: SessionId, room: RoomId | undefined): Promise<void>;
  /** What the session follows from now on, in place of what it followed. */
  setFollowing(session: SessionId, following: Following): Promise<void>;
  find(session: SessionId): Promise<SessionRecord | undefined>;
  ofUser(user: UserId): Promise<readonly SessionRecord[]>;
  /** Where the user's connected sessions are: the least that can be asked, since every push asks it. */
  whereabouts(user: UserId): Promise<readonly Whereabouts[]>;
  /**
   * As of one moment for each user, by the store's clock: a session whose time is over does not count, though nobody may
   * have ended it yet. Asks no other node.
   */
  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>>;
  /**
   * Users who have sessions, connected or away, by pages; without a cursor in the answer there is no further one. Whoever
   * has a session from the first page to the last is named, perhaps twice; others may be.
   */
  users(page: {cursor?: string; limit: number}): Promise<{readonly users: readonly UserId[]; readonly cursor?: string}>;
  /** When each of these users was last known to be there, remembered for thirty days; absent if they never were. */
  seenAt(users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
  /**
   * Sessions whose resume window is over: ended and returned, each to one caller in the cluster. With the fence of the
   * caller's lease, nothing is given to one who had it before somebody that has asked already: a node that was frozen and
   * wakes does nothing.
   */
  takeExpired(limit: number, fence?: number): Promise<readonly EndedSession[]>;
  /** Marks every session of a node that died as away, from now. Each is returned to one caller in the cluster. */
  markNodeLost(node: string, limit: number): Promise<readonly {session: SessionId; presence: PresenceChange}[]>;
  /** To be called before the first session. Word of who ended it, and why, may come after the news of it. */
  onNews(listener: (news: SessionNews) => void): void;
}
