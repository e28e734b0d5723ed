import type {presence, RoomId, SessionId, UserId} from '@parley/protocol';
import {toPresence, type SessionSeen} from '../presence/to-presence.js';
import type {
  EndedSession,
  Following,
  KeyHashes,
  NewSession,
  PresenceChange,
  SessionRecord,
  SessionToken,
  UserPresence,
} from '../ports.js';

type Life = {readonly state: 'connected'} | {readonly state: 'away'; readonly until: number};

/** The hashes of the keys that fit: the newest, and the one it was given out for until it has been shown to have arrived. */
export interface HeldKeys extends KeyHashes {
  readonly previous?: string;
}

export interface HeldSession extends Omit<NewSession, 'attempt' | 'key' | 'device' | 'token'> {
  readonly createdAt: number;
  readonly rooms: Set<RoomId>;
  key: HeldKeys;
  device: string | undefined;
  token: SessionToken;
  attempt: number;
  generation: number;
  node: string;
  life: Life;
  /** Of a connected one: when it was connected. Whoever is connected is there. */
  seenAt: number;
  call: RoomId | undefined;
  following: Following | undefined;
}

export function toRecord(held: HeldSession, now: number): SessionRecord {
  const {session, user, name, device, node, life, createdAt, seenAt, token, rooms, call, following} = held;
  return {
    session,
    user,
    name,
    ...(device !== undefined && {device}),
    node,
    state: life.state,
    createdAt,
    seenAt: life.state === 'connected' ? now : seenAt,
    token,
    rooms: [...rooms],
    ...(call !== undefined && {call}),
    ...(following !== undefined && {following}),
  };
}

/** All sessions of the cluster, by id and by user. */
export class SessionTable {
  readonly #sessions = new Map<SessionId, HeldSession>();
  readonly #byUser = new Map<UserId, Set<HeldSession>>();
  /** Of users who are not there: when they were last. */
  readonly #seen = new Map<UserId, number>();

  #fence = 0;

  /** Whether nobody with a later lease has asked before; without a fence, true. */
  admits(fence: number): boolean {
    if (fence > 0 && fence < this.#fence) return false;
    this.#fence = Math.max(this.#fence, fence);
    return true;
  }

  get(session: SessionId): HeldSession | undefined {
    return this.#sessions.get(session);
  }

  ofUser(user: UserId): Iterable<HeldSession> {
    return this.#byUser.get(user) ?? [];
  }

  /** Those who have sessions. */
  get users(): readonly UserId[] {
    return [...this.#byUser.keys()];
  }

  add(held: HeldSession): void {
    this.#sessions.set(held.session, held);
    const others = this.#byUser.get(held.user);
    if (others === undefined) this.#byUser.set(held.user, new Set([held]));
    else others.add(held);
  }

  remove(held: HeldSession): void {
    this.#sessions.delete(held.session);
    const others = this.#byUser.get(held.user);
    others?.delete(held);
    if (others?.size === 0) this.#byUser.delete(held.user);
  }

  /** Up to `limit` of those that fit; the oldest first. */
  take(limit: number, fits: (held: HeldSession) => boolean): readonly HeldSession[] {
    const taken: HeldSession[] = [];
    for (const held of this.#sessions.values()) {
      if (taken.length >= limit) break;
      if (fits(held)) taken.push(held);
    }
    return taken;
  }

  presence(user: UserId): presence.PresenceStatus {
    let status: presence.PresenceStatus = 'offline';
    for (const {life} of this.ofUser(user)) {
      if (life.state === 'connected') return 'online';
      status = 'away';
    }
    return status;
  }

  /** Without those whose time is over. */
  presenceAt(now: number, user: UserId): UserPresence {
    const seen: SessionSeen[] = [];
    for (const {device, life} of this.ofUser(user))
      if (life.state === 'connected' || life.until > now) seen.push({device, connected: life.state === 'connected'});
    return toPresence(seen);
  }

  seenAt(user: UserId, now: number): number | undefined {
    return this.presence(user) === 'online' ? now : this.#seen.get(user);
  }

  saw(user: UserId, at: number): void {
    this.#seen.set(user, Math.max(at, this.#seen.get(user) ?? 0));
  }

  /** Forgets users who were not seen since. */
  sweep(since: number): void {
    for (const [user, at] of this.#seen) if (at < since) this.#seen.delete(user);
  }

  end(held: HeldSession, now: number): EndedSession {
    const record = toRecord(held, now);
    if (held.life.state === 'connected') this.saw(held.user, now);
    const presence = this.changing(held.user, () => {
      this.remove(held);
    });
    return {record, presence};
  }

  changing(user: UserId, change: () => void): PresenceChange {
    const before = this.presence(user);
    change();
    return {user, before, after: this.presence(user)};
  }
}
