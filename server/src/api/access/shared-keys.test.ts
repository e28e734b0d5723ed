import {ParleyError} from '@parley/protocol';
import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import type {ApiKeysRead} from '../../cluster/redis-api-keys.js';
import {createLogger} from '../../observability/logger.js';
import {SharedKeys} from './shared-keys.js';
import {hashOf, keyText, type StoredKey} from './stored-key.js';

const text = keyText('abcdef', 'a-secret');
const key = (more: Partial<StoredKey> = {}): StoredKey => ({
  id: 'abcdef',
  name: 'shop',
  secrets: [{sha256: hashOf(text)}],
  verbs: ['*'],
  rooms: ['*'],
  createdAt: 1,
  ...more,
});

/** Has keys, or is away, or has lost them. */
class FakeSource {
  keys = new Map<string, string>();
  mark = 1;
  isAway = false;
  reads = 0;

  put(...keys: readonly StoredKey[]): void {
    for (const one of keys) this.keys.set(one.id, JSON.stringify(one));
    this.mark += 1;
  }

  read(known?: string): Promise<ApiKeysRead> {
    this.reads += 1;
    if (this.isAway) return Promise.reject(new ParleyError('unavailable'));
    const mark = String(this.mark);
    return Promise.resolve({mark, keys: mark === known ? undefined : new Map(this.keys)});
  }

  giveBack(mark: string, lost: ReadonlyMap<string, string>): Promise<boolean> {
    if (mark !== String(this.mark)) return Promise.resolve(false);
    for (const [id, one] of lost) this.keys.set(id, one);
    this.mark += 1;
    return Promise.resolve(true);
  }
}

async function open(source = new FakeSource()) {
  const clock = new HandClock();
  const said: string[] = [];
  const log = createLogger({level: 'info', format: 'json', write: (line) => said.push(line)});
  const keys = await SharedKeys.open({source, requestsPerSecond: 10, uses: {note: () => undefined}, clock, log});
  /** A second, and what is done in it. */
  const look = async (): Promise<void> => {
    clock.advance(1_000);
    await new Promise(setImmediate);
  };
  return {source, clock, said, keys, look};
}

test('[KEY14] while Redis is away the keys that were known hold, for five minutes, and the log says so once', async () => {
  const source = new FakeSource();
  source.put(key());
  const {keys, clock, look, said} = await open(source);
  source.isAway = true;
  for (let second = 0; second < 4; second += 1) await look();
  clock.advance(5 * 60_000 - 5_000);
  expect(keys.identify(text)?.name).toBe('abcdef');
  expect(said.filter((line) => line.includes('five minutes'))).toHaveLength(1);
  clock.advance(5_000);
  await look();
  expect(() => keys.identify(text)).toThrow(expect.objectContaining({code: 'unavailable'}) as Error);
  expect(keys.identify(keyText('abcdef', 'another'))).toBeUndefined();
  source.isAway = false;
  await look();
  expect(keys.identify(text)?.name).toBe('abcdef');
});

test('[KEY15] a key, or its revocation, that Redis has lost is given back to it, and is as it was meanwhile', async () => {
  const source = new FakeSource();
  source.put(key({revokedAt: 5, changedAt: 5}));
  const {keys, look} = await open(source);
  source.keys.clear();
  source.put(key());
  await look();
  expect(keys.identify(text)).toBeUndefined();
  await look();
  expect(keys.identify(text)).toBeUndefined();
  expect(JSON.parse(source.keys.get('abcdef') ?? '')).toMatchObject({revokedAt: 5});
});

test('[KEY15] what was put into a Redis that had lost keys stays beside what it is given back', async () => {
  const source = new FakeSource();
  source.put(key());
  const {keys, look} = await open(source);
  source.keys.clear();
  const other = keyText('fedcba', 'its-secret');
  source.put(key({id: 'fedcba', secrets: [{sha256: hashOf(other)}]}));
  await look();
  await look();
  expect([keys.identify(text)?.name, keys.identify(other)?.name]).toEqual(['abcdef', 'fedcba']);
  expect([...source.keys.keys()].sort()).toEqual(['abcdef', 'fedcba']);
});

test('[KEY13] a key in Redis that is malformed is refused, and no other for it', async () => {
  const source = new FakeSource();
  source.put(key());
  source.keys.set('fedcba', '{"id": 7}');
  const {keys, said} = await open(source);
  expect(keys.identify(text)?.name).toBe('abcdef');
  expect(said.join()).toContain('fedcba');
});
