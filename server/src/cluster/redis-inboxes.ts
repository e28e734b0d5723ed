import type {Position, UserId} from '@parley/protocol';
import {
  endsAtOnce,
  type Acknowledged,
  type InboxBounds,
  type InboxCounts,
  type Inboxes,
  type InboxEntry,
  type InboxPage,
  type KeptPush,
  type NewInboxPush,
  type PutOutcome,
  type WaitingChange,
} from '@parley/signaling';
import {randomBytes} from 'node:crypto';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text} from './replies.js';

const noCollapseKey = '-';
/** How long counts outlive the last push that is waited for: for nodes that were away to learn who waited in vain. */
const countsKeptMs = 24 * 3_600_000;

/** Inboxes in Redis: each user's is in one slot, counts of all are in another, and each call is one script. */
export class RedisInboxes implements Inboxes {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #bounds: InboxBounds;

  constructor(line: CommandLine, keys: Keys, bounds: InboxBounds) {
    this.#line = line;
    this.#keys = keys;
    this.#bounds = bounds;
  }

  async put(user: UserId, {id, json, ttlMs, collapseKey = noCollapseKey}: NewInboxPush): Promise<PutOutcome> {
    const {pushes, bytes} = this.#bounds;
    const epoch = randomBytes(12).toString('base64url');
    const asked = [id, ttlMs, collapseKey, json, epoch, pushes, bytes];
    const [outcome, ...stored] = list(await this.#line.run('put-push', this.#keys.inbox(user), asked));
    if (outcome !== 'stored' && outcome !== 'again') return {ok: false, reason: 'full'};
    const [itsEpoch, offset, at, expiresAt, ...older] = stored;
    const entry = {id, offset: integer(offset), at: integer(at), expiresAt: integer(expiresAt), json};
    const superseded: KeptPush[] = [];
    for (let n = 0; n < older.length; n += 2) superseded.push({id: text(older[n]), expiresAt: integer(older[n + 1])});
    return {ok: true, epoch: text(itsEpoch), entry, repeated: outcome === 'again', superseded};
  }

  async read(user: UserId, device: string, after?: Position): Promise<InboxPage> {
    const asked = [device, this.#bounds.devices, after?.epoch ?? '', after?.offset ?? 0];
    const answer = await this.#line.run('read-inbox', this.#keys.inbox(user), asked);
    const [epoch, head, ...pushes] = list(answer);
    const entries: InboxEntry[] = [];
    for (let at = 0; at < pushes.length; at += 2) entries.push(toEntry(integer(pushes[at]), text(pushes[at + 1])));
    return {epoch: text(epoch), head: integer(head), entries};
  }

  async acknowledge(user: UserId, device: string, {epoch, offset}: Position): Promise<readonly Acknowledged[]> {
    const answer = list(await this.#line.run('ack-pushes', this.#keys.inbox(user), [device, epoch, offset]));
    const acknowledged: Acknowledged[] = [];
    for (let at = 0; at < answer.length; at += 3) {
      const [id, expiresAt, first] = answer.slice(at, at + 3);
      acknowledged.push({id: text(id), expiresAt: integer(expiresAt), first: integer(first) === 1});
    }
    return acknowledged;
  }

  async count(changes: readonly WaitingChange[]): Promise<InboxCounts> {
    const asked = changes.flatMap(({until, users}) => [until, users]);
    const answer = await this.#line.run('count-waiting', this.#keys.waitingUsers, [countsKeptMs, endsAtOnce, ...asked]);
    const [waiting, expired] = list(answer);
    return {waiting: integer(waiting), expired: integer(expired)};
  }
}

/** `<id> <at> <expires at> <collapse key> <json>`, as `put-push` writes it. */
function toEntry(offset: number, push: string): InboxEntry {
  const parts = /^(\S+) (\S+) (\S+) \S+ (.*)$/s.exec(push);
  if (parts === null) throw new Error('A push is kept in a form that it does not have.');
  const [, id = '', at, expiresAt, json = ''] = parts;
  return {id, offset, at: Number(at), expiresAt: Number(expiresAt), json};
}
