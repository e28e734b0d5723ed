import type {PushAnswer, PushNews, PushRecord, PushRecords, PushTimes} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields} from './replies.js';

/** What became of pushes, in Redis: one expiring hash each. */
export class RedisPushRecords implements PushRecords {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async open(id: string, {at, expiresAt, keepMs}: PushTimes): Promise<void> {
    const times = ['at', at, ...(expiresAt === undefined ? [] : ['expiresAt', expiresAt])];
    await this.#line.run('open-push', [this.#keys.push(id)], [keepMs, ...times]);
  }

  async answer(id: string, answer: PushAnswer): Promise<void> {
    await this.#note(id, 'set', {...answer});
  }

  async count(id: string, news: Partial<PushNews>): Promise<void> {
    await this.#note(id, 'add', {...news});
  }

  async get(id: string): Promise<PushRecord | undefined> {
    const known = fields(await this.#line.call('HGETALL', this.#keys.push(id)));
    if (known.size === 0) return undefined;
    const number = (name: keyof PushRecord): number => Number(known.get(name) ?? 0);
    return {
      at: number('at'),
      ...(known.has('expiresAt') && {expiresAt: number('expiresAt')}),
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

  async #note(id: string, how: 'set' | 'add', numbers: Readonly<Record<string, number>>): Promise<void> {
    const args = Object.entries(numbers).flat();
    await this.#line.run('note-push', [this.#keys.push(id)], [how, ...args]);
  }
}
