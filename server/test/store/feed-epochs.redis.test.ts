import {setTimeout as pause} from 'node:timers/promises';
import {eventually, RecordingFeed, storeOptions} from '@parley/signaling/testing';
import type {Store} from '@parley/signaling';
import {expect, test} from 'vitest';
import type {RedisStoreOptions} from '../../src/cluster/redis-store.js';
import {openStore} from './redis-cluster.js';
import {silentLog} from './silent-log.js';
import {RedisInUse} from './use-redis.js';

const redis = RedisInUse.forThisFile();

async function node(name: string, prefix: string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  return redis.keep(await openStore(redis.server, {node: name, prefix, compareMs: 50, ...options}));
}

const event = (n: number): {name: string; data: {n: number}} => ({name: 'chat.message', data: {n}});

test('[FEED5] a quiet room whose events are all too old keeps its epoch, however often it is compared', async () => {
  const store = await node('a', 'aged:', {log: {...storeOptions('a').log, ageMs: 100}});
  const first = await store.feeds.append('lobby', event(1));
  await pause(250);
  const feed = await RecordingFeed.open(store, 'lobby');
  expect(feed.feed.position).toEqual({epoch: first.epoch, offset: 1});
  await pause(500);
  expect(feed.resets).toEqual([]);
  expect(await store.feeds.append('lobby', event(2))).toMatchObject({epoch: first.epoch, offset: 2});
  await eventually(() => {
    expect(feed.offsets).toEqual([2]);
  });
});

test('[FEED5] one loss is one new epoch: what is missed after it is repaired', async () => {
  const store = await node('a', 'once:');
  const feed = await RecordingFeed.open(store, 'lobby');
  for (const n of [1, 2, 3]) await store.feeds.append('lobby', event(n));
  await eventually(() => {
    expect(feed.offsets).toEqual([1, 2, 3]);
  });
  // As if the third had never been.
  const log = 'once:room:{lobby}:log';
  const [second = '', third = ''] = (await redis.server.command('XRANGE', log, '2', '3')).match(/\b[23]-\d+/g) ?? [];
  await redis.server.command('XDEL', log, third);
  await redis.server.command('XSETID', log, second);
  await redis.server.command('HSET', 'once:room:{lobby}:feed', 'head', '2');
  await eventually(() => {
    expect(feed.resets.length).toBe(1);
  });
  const logs = await silentLog(redis, 'once:');
  await logs.append('lobby', event(4), {key: undefined, known: undefined});
  await eventually(() => {
    expect(feed.offsets).toEqual([1, 2, 3, 3]);
  });
  await pause(300);
  expect(feed.resets).toEqual([{epoch: feed.entries.at(-1)?.epoch, offset: 2}]);
});
