import {eventually} from '@parley/signaling/testing';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, openStore} from './redis-cluster.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  expect(defects).toEqual([]);
});

const hourMs = 3_600_000;
const [moments, byEnd] = ['notes:{revoked}:moments', 'notes:{revoked}:by-end'];

test('[TOK7] what is over goes with the next revocation, and everything an hour after the last one’s end', async () => {
  const store = await openStore(redis, {prefix: 'notes:'});
  const {revocations} = store;
  const count = async (): Promise<string[]> =>
    (await Promise.all([redis.command('HLEN', moments), redis.command('ZCARD', byEnd)])).map((answer) => answer.trim());
  try {
    await revocations.revoke({kind: 'token', tokenId: 'brief', until: Date.now() + 1_500});
    await revocations.revoke({kind: 'user', user: 'ann', issuedBefore: Date.now(), until: Date.now() + hourMs});
    expect(await count()).toEqual([':2', ':2']);
    await eventually(async () => {
      expect(await revocations.areRevoked([{user: 'bob', tokenId: 'brief'}])).toEqual([false]);
    });
    await revocations.revoke({kind: 'all', issuedBefore: 1_000, until: Date.now() + 1_000});
    expect(await count()).toEqual([':2', ':2']);
    for (const key of [moments, byEnd]) {
      const ttlMs = Number((await redis.command('PTTL', key)).slice(1));
      expect(ttlMs).toBeGreaterThan(hourMs);
      expect(ttlMs).toBeLessThanOrEqual(2 * hourMs);
    }
  } finally {
    await store.close();
  }
});

test('[TOK7] more than one batch is put back, and found by the next node', async () => {
  const options = {prefix: 'many:'};
  const first = await openStore(redis, options);
  const until = Date.now() + hourMs;
  for (let n = 0; n < 1_200; n += 1) first.revocations.note({kind: 'token', tokenId: `t${n}`, until});
  const restored: number[] = [];
  first.revocations.onRestored(() => restored.push(1));
  await redis.kill();
  await redis.startEmpty();
  await eventually(() => {
    expect(restored).toEqual([1]);
  });
  const second = await openStore(redis, options);
  await first.close();
  await redis.kill();
  await redis.startEmpty();
  await eventually(async () => {
    expect(await redis.command('HLEN', 'many:{revoked}:moments')).toContain(':1200');
  });
  expect(await second.revocations.areRevoked([{user: 'ann', tokenId: 't1199'}])).toEqual([true]);
  await second.close();
});
