import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {
  Clock,
  Following,
  NewSession,
  PresenceChange,
  ResumeOutcome,
  SessionDirectory,
  SessionRecord,
  UserPresence,
} from '../ports.js';
import type {Link} from './link.js';
import {toRecord, type HeldSession, type SessionTable} from './session-table.js';

type Ended = {record: SessionRecord; presence: PresenceChange};

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

  create(session: NewSession): Promise<PresenceChange> {
    return this.#link.act(() =>
      this.#table.changing(session.user, () => {
        this.#table.add({
          ...session,
          createdAt: this.#clock.now(),
          node: this.#link.node,
          generation: 1,
          life: {state: 'connected'},
          rooms: new Set(),
          call: undefined,
          following: undefined,
        });
      }),
    );
  }

  resume(request: {session: SessionId; keyHash: string; user: UserId; attempt: number}): Promise<ResumeOutcome> {
    return this.#link.act((): ResumeOutcome => {
      const held = this.#table.get(request.session);
      if (held === undefined || this.#expired(held)) return {ok: false, reason: 'unknown'};
      if (held.keyHash !== request.keyHash || held.user !== request.user) return {ok: false, reason: 'wrong_key'};
      if (request.attempt < held.attempt) return {ok: false, reason: 'stale_attempt'};
      const previousNode = held.node;
      const presence = this.#table.changing(held.user, () => {
        held.attempt = request.attempt;
        held.node = this.#link.node;
        held.generation += 1;
        held.life = {state: 'connected'};
      });
      return {ok: true, record: toRecord(held), generation: held.generation, previousNode, presence};
    });
  }

  away(session: SessionId, generation: number): Promise<PresenceChange | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held?.generation !== generation || held.life.state !== 'connected') return undefined;
      return this.#leaveAlone(held);
    });
  }

  end(session: SessionId): Promise<Ended | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      return held === undefined ? undefined : this.#end(held);
    });
  }

  join(session: SessionId, room: RoomId): Promise<void> {
    return this.#link.act(() => void this.#table.get(session)?.rooms.add(room));
  }

  leave(session: SessionId, room: RoomId): Promise<void> {
    return this.#link.act(() => void this.#table.get(session)?.rooms.delete(room));
  }

  setCall(session: SessionId, room: RoomId | undefined): Promise<void> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held !== undefined) held.call = room;
    });
  }

  setFollowing(session: SessionId, following: Following): Promise<void> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      if (held === undefined) return;
      const followsNobody = following.rooms.length === 0 && following.users.length === 0;
      held.following = followsNobody ? undefined : following;
    });
  }

  find(session: SessionId): Promise<SessionRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.get(session);
      return held === undefined ? undefined : toRecord(held);
    });
  }

  ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    return this.#link.act(() => [...this.#table.ofUser(user)].map(toRecord));
  }

  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      return new Map(users.map((user) => [user, this.#table.presenceAt(now, user)]));
    });
  }

  takeExpired(limit: number, fence = 0): Promise<readonly Ended[]> {
    return this.#link.act(() => {
      if (!this.#table.admits(fence)) return [];
      return this.#table.take(limit, (held) => this.#expired(held)).map((held) => this.#end(held));
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

  #leaveAlone(held: HeldSession): PresenceChange {
    return this.#table.changing(held.user, () => {
      held.life = {state: 'away', until: this.#clock.now() + this.#resumeWindowMs};
    });
  }

  #end(held: HeldSession): Ended {
    const record = toRecord(held);
    const presence = this.#table.changing(held.user, () => {
      this.#table.remove(held);
    });
    return {record, presence};
  }
}
