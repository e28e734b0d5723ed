import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {
  Following,
  CreateOutcome,
  EndedSession,
  NewSession,
  PresenceChange,
  ResumeOutcome,
  ResumeRequest,
  SessionDirectory,
  SessionLimit,
  SessionNews,
  SessionRecord,
  UserPresence,
  SessionToken,
  Whereabouts,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list} from './replies.js';
import type {SessionIndex, SessionName} from './session-index.js';
import {readPresence} from './redis-presence.js';
import {SessionKeeper, type KeptSession, type Refreshed, type SessionKeeperOptions} from './session-keeper.js';
import {fieldOfRoom, fieldsOfToken, fromFollowing} from './session-record.js';
import {SessionScripts} from './session-scripts.js';
import type {SessionTimes} from './session-times.js';
import {WhereaboutsReader} from './whereabouts.js';

/** How often `takeExpired` looks further if what seemed due was not. */
const rounds = 10;

export interface RedisSessionsOptions extends Pick<SessionKeeperOptions, 'clock' | 'onDefect'> {
  readonly node: string;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly index: SessionIndex;
  readonly times: SessionTimes;
}

/** Sessions in Redis: all of a user's are in one slot, so that a session and its user's presence change together. */
export class RedisSessions implements SessionDirectory {
  readonly #node: string;
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #index: SessionIndex;
  readonly #times: SessionTimes;
  readonly #scripts: SessionScripts;
  readonly #whereabouts: WhereaboutsReader;
  readonly #keeper: SessionKeeper;

  constructor({node, line, keys, index, times, clock, onDefect}: RedisSessionsOptions) {
    this.#node = node;
    this.#line = line;
    this.#keys = keys;
    this.#index = index;
    this.#times = times;
    this.#scripts = new SessionScripts({node, line, keys, times});
    this.#whereabouts = new WhereaboutsReader(line, keys);
    const refresh = (sessions: readonly KeptSession[]): Promise<readonly Refreshed[]> => this.#refresh(sessions);
    this.#keeper = new SessionKeeper({clock, refreshMs: times.refreshMs, refresh, onDefect});
  }

  async create(created: NewSession, limit: SessionLimit): Promise<CreateOutcome> {
    const {session, user} = created;
    const named = {session, user};
    const {keepMs, graceMs} = this.#times;
    // In one turn, and the hints first: a node that dies in between leaves nothing that nobody would look for.
    const [, , , answer] = await Promise.all([
      this.#index.schedule([named], keepMs),
      this.#index.setOwner(named, keepMs + graceMs),
      this.#index.addTo(this.#node, [named], keepMs),
      this.#scripts.create(created, limit),
    ]);
    if (answer.outcome === 'too_many') {
      await this.#index.forget(named, this.#node);
      return {ok: false, reason: 'too_many'};
    }
    const {presence, others, displaced} = answer;
    await Promise.all(displaced.map((gone) => this.#index.forget(gone, gone.node)));
    this.#keeper.keep({session, user, generation: 1});
    return {ok: true, presence, others, displaced};
  }

  async resume(request: ResumeRequest): Promise<ResumeOutcome> {
    const {session, user} = request;
    const named = {session, user};
    const answer = await this.#scripts.resume(request);
    switch (answer.outcome) {
      case 'unknown': {
        const owner = await this.#index.ownerOf(session);
        return {ok: false, reason: owner === undefined || owner === user ? 'unknown' : 'wrong_key'};
      }
      case 'wrong_key':
      case 'stale_attempt':
        return {ok: false, reason: answer.outcome};
      case 'key_reused':
        this.#keeper.drop(session);
        await this.#index.forget(named, answer.ended.record.node);
        return {ok: false, reason: 'key_reused', ended: answer.ended};
      case 'resumed': {
        const {record, generation, previousNode, previousToken, presence} = answer;
        const left = previousNode === this.#node ? undefined : this.#index.removeFrom(previousNode, named);
        await Promise.all([this.#note([named]), left]);
        // Only now: whoever asked is refused if the above fails, and nobody would end what is kept for nobody.
        this.#keeper.keep({session, user, generation});
        return {ok: true, record, generation, previousNode, previousToken, presence};
      }
    }
  }

  async keyArrived(session: SessionId, generation: number): Promise<void> {
    const named = await this.#named(session);
    if (named !== undefined) await this.#scripts.keyArrived(named, generation);
  }

  async away(session: SessionId, generation: number): Promise<PresenceChange | undefined> {
    const named = await this.#named(session);
    if (named === undefined) return undefined;
    const [change] = await Promise.all([
      this.#scripts.away(named, generation),
      this.#index.schedule([named], this.#times.windowMs),
    ]);
    this.#keeper.drop(session, generation);
    return change;
  }

  async end(session: SessionId): Promise<EndedSession | undefined> {
    const named = await this.#named(session);
    if (named === undefined) return undefined;
    const ended = await this.#end(named, 'any');
    this.#keeper.drop(session);
    return ended;
  }

  rename(session: SessionId, device: string): Promise<void> {
    return this.#edit(session, 'device', device);
  }

  setToken(session: SessionId, token: SessionToken): Promise<void> {
    return this.#edit(session, ...fieldsOfToken(token));
  }

  join(session: SessionId, room: RoomId): Promise<void> {
    return this.#edit(session, fieldOfRoom(room), '1');
  }

  leave(session: SessionId, room: RoomId): Promise<void> {
    return this.#edit(session, fieldOfRoom(room), '');
  }

  setCall(session: SessionId, room: RoomId | undefined): Promise<void> {
    return this.#edit(session, 'call', room ?? '');
  }

  setFollowing(session: SessionId, following: Following): Promise<void> {
    return this.#edit(session, 'following', fromFollowing(following));
  }

  async find(session: SessionId): Promise<SessionRecord | undefined> {
    const named = await this.#named(session);
    return named && (await this.#scripts.find(named));
  }

  ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    return this.#scripts.ofUser(user);
  }

  whereabouts(user: UserId): Promise<readonly Whereabouts[]> {
    return this.#whereabouts.of(user);
  }

  users(page: {cursor?: string; limit: number}): ReturnType<SessionDirectory['users']> {
    return this.#index.users(page);
  }

  async seenAt(users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    const found = await Promise.all(users.map((user) => this.#line.call('GET', this.#keys.seen(user))));
    return new Map(
      users.flatMap((user, at): [UserId, number][] => (found[at] === null ? [] : [[user, integer(found[at])]])),
    );
  }

  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>> {
    return readPresence(this.#line, this.#keys, users);
  }

  async takeExpired(limit: number, fence = 0): Promise<readonly EndedSession[]> {
    const taken: EndedSession[] = [];
    for (let round = 0; round < rounds && (taken.length < limit || round === 0); round += 1) {
      const due = await this.#index.due(limit - taken.length, fence);
      for (const ended of await Promise.all(due.map((named) => this.#end(named, 'expired'))))
        if (ended !== undefined) taken.push(ended);
      if (due.length === 0) break;
    }
    return taken;
  }

  async markNodeLost(node: string, limit: number): Promise<readonly {session: SessionId; presence: PresenceChange}[]> {
    const {windowMs} = this.#times;
    const marked: {session: SessionId; presence: PresenceChange}[] = [];
    while (marked.length < limit) {
      const names = await this.#index.takeFrom(node, limit - marked.length);
      if (names.length === 0) break;
      await this.#index.schedule(names, windowMs);
      const changes = await Promise.all(names.map((named) => this.#scripts.lose(named, node)));
      for (const [at, {session}] of names.entries()) {
        const presence = changes[at];
        if (presence !== undefined) marked.push({session, presence});
      }
    }
    return marked;
  }

  onNews(listener: (news: SessionNews) => void): void {
    this.#keeper.onNews(listener);
  }

  /** This node was taken for dead and is not, or the store was away: what it has is connected after all. Never rejects. */
  revive(): Promise<void> {
    return this.#keeper.refresh();
  }

  close(): void {
    this.#keeper.close();
  }

  /** Whose it is: known here while it is connected here, otherwise by its index. */
  async #named(session: SessionId): Promise<SessionName | undefined> {
    const user = this.#keeper.get(session)?.user ?? (await this.#index.ownerOf(session));
    return user === undefined ? undefined : {session, user};
  }

  async #edit(session: SessionId, ...changes: readonly (string | number)[]): Promise<void> {
    const named = await this.#named(session);
    if (named !== undefined) await this.#scripts.edit(named, ...changes);
  }

  async #end(named: SessionName, which: 'any' | 'expired'): Promise<EndedSession | undefined> {
    const answer = await this.#scripts.end(named, which);
    switch (answer.outcome) {
      case 'later':
        await this.#index.schedule([named], answer.inMs);
        return undefined;
      case 'unknown':
        await this.#index.forget(named, undefined);
        return undefined;
      case 'ended':
        await this.#index.forget(named, answer.ended.record.node);
        return answer.ended;
    }
  }

  /**
   * Notes where to look for sessions that are connected here. One that was ended, resumed elsewhere or left since it was
   * asked about has had its notes changed already, perhaps before these were written: so they are held against it.
   */
  async #note(names: readonly SessionName[]): Promise<void> {
    const {keepMs, graceMs, windowMs} = this.#times;
    const noted = [
      this.#index.schedule(names, keepMs),
      this.#index.addTo(this.#node, names, keepMs),
      ...names.map((named) => this.#index.setOwner(named, keepMs + graceMs)),
    ];
    // Asked in the same turn, and so after the notes.
    const states = names.map(({user, session}) =>
      this.#line.call('HMGET', this.#keys.session(user, session), 'node', 'state'),
    );
    await Promise.all([...noted, ...states]);
    await Promise.all(
      names.map(async (named, at) => {
        const [node, state] = list(await states[at]);
        if (node === null) await this.#index.forget(named, this.#node);
        else if (node !== this.#node) await this.#index.removeFrom(this.#node, named);
        else if (state !== 'connected') await this.#index.schedule([named], windowMs);
      }),
    );
  }

  async #refresh(sessions: readonly KeptSession[]): Promise<readonly Refreshed[]> {
    const refreshed = await Promise.all(sessions.map((kept) => this.#scripts.refresh(kept, kept.generation)));
    await this.#note(sessions.filter((_, at) => refreshed[at]?.outcome === 'kept'));
    return refreshed;
  }
}
