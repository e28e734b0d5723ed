import type {SessionId, UserId} from '@parley/protocol';
import type {
  EndedSession,
  NewSession,
  PresenceChange,
  ResumeRequest,
  SessionLimit,
  SessionRecord,
  SessionToken,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields, integer, list, text} from './replies.js';
import type {SessionName} from './session-index.js';
import type {Refreshed} from './session-keeper.js';
import {fieldsOfToken, toPresence, toSessionRecord, toToken} from './session-record.js';
import type {SessionTimes} from './session-times.js';

type Created =
  | {
      readonly outcome: 'created';
      readonly presence: PresenceChange;
      readonly others: number;
      readonly displaced: readonly SessionRecord[];
    }
  | {readonly outcome: 'too_many'};

type Resumed =
  | {
      readonly outcome: 'resumed';
      readonly record: SessionRecord;
      readonly generation: number;
      readonly previousNode: string;
      readonly previousToken: SessionToken;
      readonly presence: PresenceChange;
    }
  | {readonly outcome: 'key_reused'; readonly ended: EndedSession}
  | {readonly outcome: 'unknown' | 'wrong_key' | 'stale_attempt'};

type Ended =
  | {readonly outcome: 'ended'; readonly ended: EndedSession}
  | {readonly outcome: 'later'; readonly inMs: number}
  | {readonly outcome: 'unknown'};

export interface SessionScriptsOptions {
  readonly node: string;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly times: SessionTimes;
}

/** The scripts on a user's sessions, which are all in one slot; each is one round trip, and its answer is read here. */
export class SessionScripts {
  readonly #options: SessionScriptsOptions;

  constructor(options: SessionScriptsOptions) {
    this.#options = options;
  }

  async create(created: NewSession, {most, policy}: SessionLimit): Promise<Created> {
    const {session, user, name, device, key, attempt, token} = created;
    const {node, keys, times} = this.#options;
    const own = [
      'user',
      user,
      'name',
      name,
      'family',
      key.family,
      'keyHash',
      key.own,
      'attempt',
      attempt,
      'node',
      node,
    ];
    if (device !== undefined) own.push('device', device);
    const prefix = keys.session(user, '');
    const limited = [prefix, most, policy, ...own, ...fieldsOfToken(token)];
    const answer = list(await this.#run('create-session', {session, user}, times.keepMs, ...limited));
    const [outcome, before, after, others, gone] = answer;
    if (outcome !== 'created') return {outcome: 'too_many'};
    const displaced = toRecords(gone);
    return {outcome, presence: toChange(user, before, after), others: integer(others), displaced};
  }

  async resume({session, user, key, nextKey, attempt, token}: ResumeRequest): Promise<Resumed> {
    const {node, times} = this.#options;
    const {tokenId = '', issuedAt} = token;
    const asked = [key.family, key.own, key.generation, nextKey, attempt, node, tokenId, issuedAt ?? ''];
    const [outcome, ...rest] = list(await this.#run('resume-session', {session, user}, times.keepMs, ...asked));
    switch (outcome) {
      case 'resumed': {
        const [previousNode, lastId, lastIssued, before, after, hash] = rest;
        const found = fields(hash);
        return {
          outcome,
          record: toSessionRecord(session, found),
          generation: integer(found.get('generation')),
          previousNode: text(previousNode),
          previousToken: toToken(text(lastId), text(lastIssued)),
          presence: toChange(user, before, after),
        };
      }
      case 'key_reused':
        return {outcome, ended: toEnded({session, user}, rest)};
      case 'unknown':
      case 'wrong_key':
      case 'stale_attempt':
        return {outcome};
      default:
        throw oddOutcome();
    }
  }

  async keyArrived({session, user}: SessionName, generation: number): Promise<void> {
    const {line, keys} = this.#options;
    await line.run('arrive-key', [keys.session(user, session)], [generation]);
  }

  /** Undefined if the session has a newer connection or is gone. */
  async away(named: SessionName, generation: number): Promise<PresenceChange | undefined> {
    const answer = await this.#run('away-session', named, this.#options.times.windowMs, generation);
    return answer === null ? undefined : toChange(named.user, ...list(answer));
  }

  /** Undefined if the session is not connected to that node any more. */
  async lose(named: SessionName, node: string): Promise<PresenceChange | undefined> {
    const answer = await this.#run('lose-session', named, this.#options.times.windowMs, node);
    return answer === null ? undefined : toChange(named.user, ...list(answer));
  }

  async refresh(named: SessionName, generation: number): Promise<Refreshed> {
    const {node, times} = this.#options;
    const answer = list(await this.#run('refresh-session', named, times.keepMs, node, generation));
    const [outcome, before, after] = answer;
    switch (outcome) {
      case 'kept':
        return {outcome, presence: toChange(named.user, before, after)};
      case 'away':
      case 'replaced':
      case 'ended':
        return {outcome};
      default:
        throw oddOutcome();
    }
  }

  async end(named: SessionName, which: 'any' | 'expired'): Promise<Ended> {
    const {line} = this.#options;
    const [outcome, ...rest] = list(await line.run('end-session', this.#keysOf(named), [named.session, which]));
    if (outcome === 'later') return {outcome, inMs: integer(rest[0])};
    return outcome === 'ended' ? {outcome, ended: toEnded(named, rest)} : {outcome: 'unknown'};
  }

  async edit({session, user}: SessionName, ...changes: readonly (string | number)[]): Promise<void> {
    const {line, keys} = this.#options;
    await line.run('edit-session', [keys.session(user, session)], changes);
  }

  async find({session, user}: SessionName): Promise<SessionRecord | undefined> {
    const {line, keys} = this.#options;
    const hash = fields(await line.call('HGETALL', keys.session(user, session)));
    return hash.size === 0 ? undefined : toSessionRecord(session, hash);
  }

  async ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    const {line, keys} = this.#options;
    return toRecords(
      await line.run('list-sessions', [keys.connected(user), keys.away(user)], [keys.session(user, '')]),
    );
  }

  #run(script: string, named: SessionName, keepMs: number, ...args: readonly (string | number)[]): Promise<unknown> {
    const {line, times} = this.#options;
    return line.run(script, this.#keysOf(named), [named.session, keepMs, times.graceMs, ...args]);
  }

  #keysOf({session, user}: SessionName): readonly string[] {
    const {keys} = this.#options;
    return [keys.session(user, session), keys.connected(user), keys.away(user), keys.seen(user)];
  }
}

const oddOutcome = (): Error => new Error('A script answered with an outcome that is none.');

const toChange = (user: UserId, before?: unknown, after?: unknown): PresenceChange => ({
  user,
  before: toPresence(before),
  after: toPresence(after),
});

function toEnded({session, user}: SessionName, [before, after, hash]: readonly unknown[]): EndedSession {
  return {record: toSessionRecord(session, fields(hash)), presence: toChange(user, before, after)};
}

/** From `[session id, its fields and values, …]`. */
function toRecords(answer: unknown): readonly SessionRecord[] {
  const parts = list(answer);
  const records: SessionRecord[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const session: SessionId = text(parts[at]);
    records.push(toSessionRecord(session, fields(parts[at + 1])));
  }
  return records;
}
