import type {presence, RoomId, SessionId, UserId} from '@parley/protocol';
import {toPresence, type SessionSeen} from '../presence/to-presence.js';
import type {Following, NewSession, PresenceChange, SessionRecord, UserPresence} from '../ports.js';

export interface HeldSession extends Omit<NewSession, 'attempt'> {
  readonly createdAt: number;
  readonly rooms: Set<RoomId>;
  attempt: number;
  generation: number;
  node: string;
  life: {readonly state: 'connected'} | {readonly state: 'away'; readonly until: number};
  call: RoomId | undefined;
  following: Following | undefined;
}

export function toRecord({
  session,
  user,
  name,
  device,
  node,
  life,
  createdAt,
  rooms,
  call,
  following,
}: HeldSession): SessionRecord {
  return {
    session,
    user,
    name,
    ...(device !== undefined && {device}),
    node,
    state: life.state,
    createdAt,
    rooms: [...rooms],
    ...(call !== undefined && {call}),
    ...(following !== undefined && {following}),
  };
}

/** All sessions of the cluster, by id and by user. */
export class SessionTable {
  readonly #sessions = new Map<SessionId, HeldSession>();
  readonly #byUser = new Map<UserId, Set<HeldSession>>();

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

  changing(user: UserId, change: () => void): PresenceChange {
    const before = this.presence(user);
    change();
    return {user, before, after: this.presence(user)};
  }
}
