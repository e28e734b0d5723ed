import {
  isComplete,
  type PushAnswer,
  type PushNews,
  type PushRecord,
  type PushRecords,
  type PushTimes,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields, texts} from './replies.js';

/** What became of pushes, in Redis: one expiring hash each, and one sorted set of when they are due. */
export class RedisPushRecords implements PushRecords {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async open(id: string, {at, expiresAt, endsAt, keepMs, awaitsAcks}: PushTimes): Promise<void> {
    const known = [
      'at',
      at,
      ...(expiresAt === undefined ? [] : ['expiresAt', expiresAt]),
      ...(awaitsAcks ? ['awaitsAcks', 1] : []),
    ];
    await Promise.all([
      this.#line.run('open-push', [this.#keys.push(id)], [keepMs, ...known]),
      // What was settled and is opened again, by who sends it again, is told again.
      this.#line.call('ZADD', this.#keys.pushEnds, 'NX', endsAt, id),
    ]);
  }

  async answer(id: string, answer: PushAnswer): Promise<void> {
    await this.#note(id, 'set', {...answer, answered: 1});
  }

  async count(id: string, news: Partial<PushNews>): Promise<void> {
    await this.#note(id, 'add', {...news});
  }

  async get(id: string): Promise<PushRecord | undefined> {
    return readRecord(await this.#line.call('HGETALL', this.#keys.push(id)));
  }

  async due(now: number, limit: number): Promise<readonly string[]> {
    return texts(await this.#line.call('ZRANGEBYSCORE', this.#keys.pushEnds, '-inf', now, 'LIMIT', 0, limit));
  }

  async settle(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#line.call('ZREM', this.#keys.pushEnds, ...ids);
  }

  async #note(id: string, how: 'set' | 'add', numbers: Readonly<Record<string, number>>): Promise<void> {
    const args = Object.entries(numbers).flat();
    const record = readRecord(await this.#line.run('note-push', [this.#keys.push(id)], [how, ...args]));
    // Before every time that anybody looks for: what is complete does not wait for its end.
    if (record && isComplete(record)) await this.#line.call('ZADD', this.#keys.pushEnds, 'XX', record.at, id);
  }
}

function readRecord(reply: unknown): PushRecord | undefined {
  const known = fields(reply);
  if (known.size === 0) return undefined;
  const number = (name: keyof PushRecord): number => Number(known.get(name) ?? 0);
  return {
    at: number('at'),
    ...(known.has('expiresAt') && {expiresAt: number('expiresAt')}),
    awaitsAcks: known.has('awaitsAcks'),
    answered: known.has('answered'),
    addressed: number('addressed'),
    reached: number('reached'),
    stored: number('stored'),
    refused: number('refused'),
    acknowledged: number('acknowledged'),
    taken: number('taken'),
    superseded: number('superseded'),
    browsers: number('browsers'),
    browsersReached: number('browsersReached'),
    browsersFailed: number('browsersFailed'),
  };
}
