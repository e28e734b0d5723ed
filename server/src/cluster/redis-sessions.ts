import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {
  Following,
  NewSession,
  PresenceChange,
  ResumeOutcome,
  SessionDirectory,
  SessionNews,
  SessionRecord,
  UserPresence,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields, integer, list, text} from './replies.js';
import type {SessionIndex, SessionName} from './session-index.js';
import {readPresence} from './redis-presence.js';
import {SessionKeeper, type KeptSession, type Refreshed, type SessionKeeperOptions} from './session-keeper.js';
import {fieldOfRoom, fromFollowing, toPresence, toSessionRecord} from './session-record.js';
import type {SessionTimes} from './session-times.js';

type Ended = {record: SessionRecord; presence: PresenceChange};

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
  readonly #keeper: SessionKeeper;

  constructor({node, line, keys, index, times, clock, onDefect}: RedisSessionsOptions) {
    this.#node = node;
    this.#line = line;
    this.#keys = keys;
    this.#index = index;
    this.#times = times;
    const refresh = (sessions: readonly KeptSession[]): Promise<readonly Refreshed[]> => this.#refresh(sessions);
    this.#keeper = new SessionKeeper({clock, refreshMs: times.refreshMs, refresh, onDefect});
  }

  async create({session, user, name, device, keyHash, attempt}: NewSession): Promise<PresenceChange> {
    const named = {session, user};
    const {keepMs, graceMs} = this.#times;
    const own = ['user', user, 'name', name, 'keyHash', keyHash, 'attempt', attempt, 'node', this.#node];
    if (device !== undefined) own.push('device', device);
    // In one turn, and the hints first: a node that dies in between leaves nothing that nobody would look for.
    const [, , , answer] = await Promise.all([
      this.#index.schedule([named], keepMs),
      this.#index.setOwner(named, keepMs + graceMs),
      this.#index.addTo(this.#node, [named], keepMs),
      this.#run('create-session', named, keepMs, ...own),
    ]);
    this.#keeper.keep({session, user, generation: 1});
    return toChange(user, answer);
  }

  async resume(request: {session: SessionId; keyHash: string; user: UserId; attempt: number}): Promise<ResumeOutcome> {
    const {session, user, keyHash, attempt} = request;
    const named = {session, user};
    const {keepMs} = this.#times;
    const answer = list(await this.#run('resume-session', named, keepMs, keyHash, attempt, this.#node));
    const [outcome, previous, before, after, hash] = answer;
    if (outcome === 'wrong_key' || outcome === 'stale_attempt') return {ok: false, reason: outcome};
    if (outcome !== 'resumed') {
      const owner = await this.#index.ownerOf(session);
      return {ok: false, reason: owner === undefined || owner === user ? 'unknown' : 'wrong_key'};
    }
    const found = fields(hash);
    const generation = integer(found.get('generation'));
    const previousNode = text(previous);
    const left = previousNode === this.#node ? undefined : this.#index.removeFrom(previousNode, named);
    await Promise.all([this.#note([named]), left]);
    // Only now: whoever asked is refused if the above fails, and nobody would end what is kept for nobody.
    this.#keeper.keep({session, user, generation});
    const presence = {user, before: toPresence(before), after: toPresence(after)};
    return {ok: true, record: toSessionRecord(session, found), generation, previousNode, presence};
  }

  async away(session: SessionId, generation: number): Promise<PresenceChange | undefined> {
    const named = await this.#named(session);
    if (named === undefined) return undefined;
    const [answer] = await Promise.all([
      this.#run('away-session', named, this.#times.windowMs, generation),
      this.#index.schedule([named], this.#times.windowMs),
    ]);
    this.#keeper.drop(session, generation);
    return answer === null ? undefined : toChange(named.user, answer);
  }

  async end(session: SessionId): Promise<Ended | undefined> {
    const named = await this.#named(session);
    if (named === undefined) return undefined;
    const ended = await this.#end(named, 'any');
    this.#keeper.drop(session);
    return ended;
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
    if (named === undefined) return undefined;
    const hash = fields(await this.#line.call('HGETALL', this.#keys.session(named.user, session)));
    return hash.size === 0 ? undefined : toSessionRecord(session, hash);
  }

  async ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    const keys = [this.#keys.connected(user), this.#keys.away(user)];
    const answer = list(await this.#line.run('list-sessions', keys, [this.#keys.session(user, '')]));
    const records: SessionRecord[] = [];
    for (let at = 0; at + 1 < answer.length; at += 2)
      records.push(toSessionRecord(text(answer[at]), fields(answer[at + 1])));
    return records;
  }

  presenceOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, UserPresence>> {
    return readPresence(this.#line, this.#keys, users);
  }

  async takeExpired(limit: number, fence = 0): Promise<readonly Ended[]> {
    const taken: Ended[] = [];
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
      const answers = await Promise.all(names.map((named) => this.#run('lose-session', named, windowMs, node)));
      for (const [at, {session, user}] of names.entries()) {
        const answer = answers[at];
        if (answer !== null) marked.push({session, presence: toChange(user, answer)});
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

  #run(script: string, {session, user}: SessionName, keepMs: number, ...args: (string | number)[]): Promise<unknown> {
    const keys = [this.#keys.session(user, session), this.#keys.connected(user), this.#keys.away(user)];
    return this.#line.run(script, keys, [session, keepMs, this.#times.graceMs, ...args]);
  }

  /** Whose it is: known here while it is connected here, otherwise by its index. */
  async #named(session: SessionId): Promise<SessionName | undefined> {
    const user = this.#keeper.get(session)?.user ?? (await this.#index.ownerOf(session));
    return user === undefined ? undefined : {session, user};
  }

  async #edit(session: SessionId, field: string, value: string): Promise<void> {
    const named = await this.#named(session);
    if (named === undefined) return;
    await this.#line.run('edit-session', [this.#keys.session(named.user, session)], [field, value]);
  }

  async #end(named: SessionName, which: 'any' | 'expired'): Promise<Ended | undefined> {
    const {session, user} = named;
    const keys = [this.#keys.session(user, session), this.#keys.connected(user), this.#keys.away(user)];
    const [outcome, ...rest] = list(await this.#line.run('end-session', keys, [session, which]));
    if (outcome === 'later') {
      await this.#index.schedule([named], integer(rest[0]));
      return undefined;
    }
    if (outcome !== 'ended') {
      await this.#index.forget(named, undefined);
      return undefined;
    }
    const [before, after, hash] = rest;
    const record = toSessionRecord(session, fields(hash));
    await this.#index.forget(named, record.node);
    return {record, presence: {user, before: toPresence(before), after: toPresence(after)}};
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
    const {keepMs} = this.#times;
    const answers = await Promise.all(
      sessions.map((kept) => this.#run('refresh-session', kept, keepMs, this.#node, kept.generation)),
    );
    const refreshed = sessions.map(({user}, at) => toRefreshed(user, list(answers[at])));
    await this.#note(sessions.filter((_, at) => refreshed[at]?.outcome === 'kept'));
    return refreshed;
  }
}

function toChange(user: UserId, answer: unknown): PresenceChange {
  const [before, after] = list(answer);
  return {user, before: toPresence(before), after: toPresence(after)};
}

function toRefreshed(user: UserId, [outcome, ...presence]: readonly unknown[]): Refreshed {
  switch (outcome) {
    case 'kept':
      return {outcome, presence: toChange(user, presence)};
    case 'away':
    case 'replaced':
    case 'ended':
      return {outcome};
    default:
      throw new Error('A script answered with an outcome that is none.');
  }
}
