import type {SessionId, UserId} from '@parley/protocol';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text, texts} from './replies.js';

/** For how long it is remembered who looked last. */
const fenceMs = 24 * 3_600_000;

/** Whose session it is: together they find its key. */
export interface SessionName {
  readonly session: SessionId;
  readonly user: UserId;
}

const toMember = ({session, user}: SessionName): string => `${session} ${user}`;

function toName(member: string): SessionName {
  const [session = '', user = ''] = member.split(' ');
  return {session, user};
}

/**
 * Where to look for sessions: by id, by node, by when they may be over. These are hints in other slots than the sessions
 * themselves, and may name one that is not there or not there any more; only the session's own script decides.
 */
export class SessionIndex {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async ownerOf(session: SessionId): Promise<UserId | undefined> {
    const owner = await this.#line.call('GET', this.#keys.owner(session));
    return typeof owner === 'string' ? owner : undefined;
  }

  async setOwner({session, user}: SessionName, keepMs: number): Promise<void> {
    await this.#line.call('SET', this.#keys.owner(session), user, 'PX', keepMs);
  }

  /** For so long, unless it is said again: what ends while nobody can say so is forgotten all the same. */
  async addTo(node: string, names: readonly SessionName[], keepMs: number): Promise<void> {
    if (names.length === 0) return;
    await this.#line.run('keep-names', [this.#keys.sessionsOf(node)], [keepMs, ...names.map(toMember)]);
  }

  async removeFrom(node: string, name: SessionName): Promise<void> {
    await this.#line.call('ZREM', this.#keys.sessionsOf(node), toMember(name));
  }

  /** Takes up to `limit` names of a node's sessions; each is taken by one caller. */
  async takeFrom(node: string, limit: number): Promise<readonly SessionName[]> {
    return texts(await this.#line.run('take-names', [this.#keys.sessionsOf(node)], [limit])).map(toName);
  }

  async schedule(names: readonly SessionName[], inMs: number): Promise<void> {
    if (names.length > 0) await this.#line.run('schedule', [this.#keys.schedule], [inMs, ...names.map(toMember)]);
  }

  /** Of all sessions that are scheduled, and every one is: `cursor` is Redis's own. */
  async users({cursor = '0', limit}: {cursor?: string; limit: number}): Promise<{users: UserId[]; cursor?: string}> {
    const [next, found] = list(await this.#line.call('ZSCAN', this.#keys.schedule, cursor, 'COUNT', limit));
    // Members with their scores.
    const members = texts(found).filter((_, at) => at % 2 === 0);
    const users = [...new Set(members.map((member) => toName(member).user))];
    return {users, ...(text(next) !== '0' && {cursor: text(next)})};
  }

  /** Nothing, if somebody with a later lease has asked before. */
  async due(limit: number, fence: number): Promise<readonly SessionName[]> {
    const keys = [this.#keys.schedule, this.#keys.scheduleFence];
    return texts(await this.#line.run('due', keys, [limit, fence, fenceMs])).map(toName);
  }

  /** The session is over: nothing points at it any more. */
  async forget(name: SessionName, node: string | undefined): Promise<void> {
    const forgotten = [
      this.#line.call('ZREM', this.#keys.schedule, toMember(name)),
      this.#line.call('DEL', this.#keys.owner(name.session)),
    ];
    if (node !== undefined) forgotten.push(this.#line.call('ZREM', this.#keys.sessionsOf(node), toMember(name)));
    await Promise.all(forgotten.map(async (one) => integer(await one)));
  }
}
