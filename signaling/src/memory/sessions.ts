import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {
  Clock,
  CreateOutcome,
  EndedSession,
  Following,
  NewSession,
  PresenceChange,
  ResumeOutcome,
  ResumeRequest,
  SessionDirectory,
  SessionLimit,
  SessionRecord,
  SessionToken,
  UserPresence,
  Whereabouts,
} from '../ports.js';
import type {Link} from './link.js';
import {toRecord, type HeldSession, type SessionTable} from './session-table.js';

/** A node's view of the sessions. */
export class MemorySessions implements SessionDirectory {
  readonly #link: Link;
  readonly #table: SessionTable;
  readonly #clock: Clock;
  readonly #resumeWindowMs: number;

  constructor(link: Link, table: SessionTable, clock: Clock, resumeWindowMs: number) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#resumeWindowMs = resumeWindowMs;
  }

  create(session: NewSession, {most, policy}: SessionLimit): Promise<CreateOutcome> {
    return this.#link.act((): CreateOutcome => {
      const now = this.#clock.now();
      const others = [...this.#table.ofUser(session.user)].filter((held) => !this.#expired(held));
      const excess = others.length + 1 - most;
      if (excess > 0 && policy === 'refuse_newest') return {ok: false, reason: 'too_many'};
      const before = this.#table.presence(session.user);
      const oldest = others.toSorted((a, b) => a.createdAt - b.createdAt).slice(0, Math.max(0, excess));
      const displaced = oldest.map((held) => this.#table.end(held, now).record);
      this.#table.add({
        ...session,
        device: session.device,
        createdAt: now,
        seenAt: now,
        node: this.#link.node,
        generation: 1,
        life: {state: 'connected'},
        rooms: new Set(),
        call: undefined,
        following: undefined,
      });
      const presence = {user: session.user, before, after: this.#table.presence(session.user)};
      return {ok: true, presence, others: others.length - oldest.length, displaced};
    });
  }

  resume({session, user, key, nextKey, attempt, token}: ResumeRequest): Promise<ResumeOutcome> {
    return this.#link.act((): ResumeOutcome => {
      const held = this.#table.get(session);
      if (held === undefined || this.#expired(held)) return {ok: false, reason: 'unknown'};
      if (held.key.family !== key.family || held.user !== user) return {ok: false, reason: 'wrong_key'};
      if (attempt < held.attempt) return {ok: false, reason: 'stale_attempt'};
      if (held.key.own !== key.own && held.key.previous !== key.own) {
        // A key of a connection that is not known of: it was given out by a store that has lost it.
        if (key.generation > held.generation) return {ok: false, reason: 'unknown'};
        return {ok: false, reason: 'key_reused', ended: this.#table.end(held, this.#clock.now())};
      }
      const {node: previousNode, token: previousToken} = held;
      const presence = this.#table.changing(user, () => {
        held.key = {family: key.family, own: nextKey, previous: key.own};
        held.attempt = attempt;
        held.node = this.#link.node;
        held.generation += 1;
        held.token = token;
        held.life = {state: 'connected'};
        held.seenAt = this.#clock.now();
      });
      return {ok: true, record: this.#record(held), generation: held.generation, previousNode, previousToken, presence};
    });
  }

  keyArrived(session: SessionId, generation: number): Promise<void> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held?.generation === generation) held.key = {family: held.key.family, own: held.key.own};
    });
  }

  away(session: SessionId, generation: number): Promise<PresenceChange | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held?.generation !== generation || held.life.state !== 'connected') return undefined;
      held.seenAt = this.#clock.now();
      return this.#leaveAlone(held);
    });
  }

  end(session: SessionId): Promise<EndedSession | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      return held === undefined ? undefined : this.#table.end(held, this.#clock.now());
    });
  }

  rename(session: SessionId, device: string): Promise<void> {
    return this.#change(session, (held) => {
      held.device = device;
    });
  }

  setToken(session: SessionId, token: SessionToken): Promise<void> {
    return this.#change(session, (held) => {
      held.token = token;
    });
  }

  join(session: SessionId, room: RoomId): Promise<void> {
    return this.#change(session, ({rooms}) => void rooms.add(room));
  }

  leave(session: SessionId, room: RoomId): Promise<void> {
    return this.#change(session, ({rooms}) => void rooms.delete(room));
  }

  setCall(session: SessionId, room: RoomId | undefined): Promise<void> {
    return this.#change(session, (held) => {
      held.call = room;
    });
  }

  setFollowing(session: SessionId, following: Following): Promise<void> {
    return this.#change(session, (held) => {
      const followsNobody = following.rooms.length === 0 && following.users.length === 0;
      held.following = followsNobody ? undefined : following;
    });
  }

  find(session: SessionId): Promise<SessionRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      return held === undefined ? undefined : this.#record(held);
    });
  }

  ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    return this.#link.act(() => [...this.#table.ofUser(user)].map((held) => this.#record(held)));
  }

  whereabouts(user: UserId): Promise<readonly Whereabouts[]> {
    return this.#link.act(() =>
      [...this.#table.ofUser(user)].flatMap(({session, node, life}) =>
        life.state === 'connected' ? [{session, node}] : [],
      ),
    );
  }

  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      return new Map(users.map((user) => [user, this.#table.presenceAt(now, user)]));
    });
  }

  users({cursor, limit}: {cursor?: string; limit: number}): ReturnType<SessionDirectory['users']> {
    return this.#link.act(() => {
      const users = this.#table.users.filter((user) => cursor === undefined || user > cursor).sort();
      const page = users.slice(0, limit);
      const last = page.at(-1);
      return {users: page, ...(users.length > limit && last !== undefined && {cursor: last})};
    });
  }

  seenAt(users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      const found = users.map((user): [UserId, number | undefined] => [user, this.#table.seenAt(user, now)]);
      return new Map(found.flatMap(([user, at]) => (at === undefined ? [] : [[user, at]])));
    });
  }

  takeExpired(limit: number, fence = 0): Promise<readonly EndedSession[]> {
    return this.#link.act(() => {
      if (!this.#table.admits(fence)) return [];
      const expired = this.#table.take(limit, (held) => this.#expired(held));
      return expired.map((held) => this.#table.end(held, this.#clock.now()));
    });
  }

  markNodeLost(node: string, limit: number): Promise<readonly {session: SessionId; presence: PresenceChange}[]> {
    return this.#link.act(() =>
      this.#table
        .take(limit, (held) => held.node === node && held.life.state === 'connected')
        .map((held) => ({session: held.session, presence: this.#leaveAlone(held)})),
    );
  }

  onNews(): void {
    // There is no news: nodes in one memory are never cut off from it.
  }

  #expired({life}: HeldSession): boolean {
    return life.state === 'away' && life.until <= this.#clock.now();
  }

  #record(held: HeldSession): SessionRecord {
    return toRecord(held, this.#clock.now());
  }

  #change(session: SessionId, change: (held: HeldSession) => void): Promise<void> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held !== undefined) change(held);
    });
  }

  #leaveAlone(held: HeldSession): PresenceChange {
    this.#table.saw(held.user, held.seenAt);
    return this.#table.changing(held.user, () => {
      held.life = {state: 'away', until: this.#clock.now() + this.#resumeWindowMs};
    });
  }
}
