import {toWireError} from '@parley/protocol';
import {mostKeys, readStoredKey, type StoredKey} from '../api/access/stored-key.js';
import type {RedisApiKeys} from '../cluster/redis-api-keys.js';
import {ConfigError} from '../config/config-error.js';
import type {KeyChange, KeyShelf} from './key-shelf.js';

/** So often a change is made anew because somebody else was faster. */
const mostTries = 10;

/** Keys of a cluster. */
export class RedisShelf implements KeyShelf {
  readonly heededWithin = 'two seconds';
  readonly #redis: RedisApiKeys;

  constructor(redis: RedisApiKeys) {
    this.#redis = redis;
  }

  async all(): Promise<readonly StoredKey[]> {
    const {keys} = await asked(this.#redis.read());
    return [...(keys ?? [])].map(([id, text]) => readable(id, text));
  }

  lastUses(): Promise<ReadonlyMap<string, number>> {
    return asked(this.#redis.lastUses());
  }

  forgetUses(names: readonly string[]): Promise<void> {
    return asked(this.#redis.forgetUses(names));
  }

  async add(key: StoredKey): Promise<void> {
    const outcome = await asked(this.#redis.put(key.id, undefined, JSON.stringify(key), mostKeys));
    if (outcome === 'full') throw new ConfigError([`There are ${mostKeys} keys, and no more may be made.`]);
    if (outcome === 'changed') throw new ConfigError([`There is a key ${key.id} already.`]);
  }

  async change(id: string, how: (key: StoredKey) => StoredKey): Promise<KeyChange | undefined> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const {keys} = await asked(this.#redis.read());
      const text = keys?.get(id);
      if (text === undefined) return undefined;
      const before = readable(id, text);
      const after = how(before);
      if ((await asked(this.#redis.put(id, text, JSON.stringify(after), mostKeys))) === 'put') return {before, after};
    }
    throw new ConfigError([`The key ${id} is being changed by others; try again.`]);
  }

  close(): void {
    this.#redis.close();
  }
}

function readable(id: string, text: string): StoredKey {
  const key = readStoredKey(text);
  if (key === undefined)
    throw new ConfigError([`The key ${id} in Redis is malformed; delete its field in {api-keys}:keys.`]);
  return key;
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (failure) {
    throw new ConfigError([`Redis did not do it (${toWireError(failure).code}); list the keys, and try again.`]);
  }
}
