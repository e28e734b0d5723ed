import {afterAll, afterEach, beforeAll, expect} from 'vitest';
import {startRedis, type RedisPersistence, type RedisServer} from '../redis-server.js';
import {defects} from './redis-cluster.js';

interface Closable {
  close(): unknown;
}

/** A Redis for the tests of a file. What a test keeps is closed after it, the last first, and must have left no defect. */
export class RedisInUse {
  #server: RedisServer | undefined;
  readonly #kept: Closable[] = [];

  static forThisFile(persistence: RedisPersistence = {}): RedisInUse {
    const redis = new RedisInUse();
    beforeAll(async () => {
      redis.#server = await startRedis(persistence);
    });
    afterEach(async () => {
      for (const one of redis.#kept.splice(0).reverse()) await one.close();
      expect(defects.splice(0)).toEqual([]);
    });
    afterAll(() => redis.#server?.[Symbol.asyncDispose]());
    return redis;
  }

  get server(): RedisServer {
    if (this.#server === undefined) throw new Error('It runs while the tests do.');
    return this.#server;
  }

  keep<One extends Closable>(one: One): One {
    this.#kept.push(one);
    return one;
  }
}
