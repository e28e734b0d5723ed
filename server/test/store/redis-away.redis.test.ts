import {setTimeout as pause} from 'node:timers/promises';
import type {Store} from '@parley/signaling';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import {afterEach, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, openStore} from './redis-cluster.js';
import {appendForSure, write} from './writer.js';

const open: (Store | RedisServer)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await ('close' in one ? one.close() : one[Symbol.asyncDispose]());
  expect(defects.splice(0)).toEqual([]);
});

async function redisAndTwoNodes(prefix: string): Promise<{redis: RedisServer; nodes: [Store, Store]}> {
  const redis = await startRedis({appendonly: true});
  open.push(redis);
  const nodes: [Store, Store] = [
    await openStore(redis, {node: 'a', prefix}),
    await openStore(redis, {node: 'b', prefix}),
  ];
  open.push(...nodes);
  return {redis, nodes};
}

/** Every name once, in the same order for both, and offsets without a hole. */
function expectWhole(feeds: readonly RecordingFeed[], names: readonly string[]): void {
  const [first, ...others] = feeds.map(({entries}) => entries.map(({data}) => data['n']));
  expect([...(first ?? [])].sort()).toEqual([...names].sort());
  for (const other of others) expect(other).toEqual(first);
  for (const {offsets, resets} of feeds) {
    expect(offsets).toEqual(offsets.map((_, index) => index + 1));
    expect(resets).toEqual([]);
  }
}

test('[FEED6] Redis killed under appends and started again with its data: 0 lost, 0 doubled, one order', async () => {
  const {redis, nodes} = await redisAndTwoNodes('killed:');
  const feeds = await Promise.all(nodes.map((store) => RecordingFeed.open(store, 'lobby')));
  const writing = Promise.all(nodes.map((store) => write(store, 'lobby', 150, 10)));
  await pause(400);
  await redis.kill();
  await eventually(() => {
    expect(nodes.map(({available}) => available)).toEqual([false, false]);
  });
  await pause(500);
  await redis.start();
  const names = (await writing).flat();
  await eventually(() => {
    for (const {entries} of feeds) expect(entries.length).toBe(300);
  });
  expectWhole(feeds, names);
  expect(new Set(feeds.flatMap(({entries}) => entries.map(({epoch}) => epoch))).size).toBe(1);
});

test('[FEED6] Redis frozen under appends: what times out is repeated without being doubled', async () => {
  const {redis, nodes} = await redisAndTwoNodes('frozen:');
  const feeds = await Promise.all(nodes.map((store) => RecordingFeed.open(store, 'lobby')));
  const writing = Promise.all(nodes.map((store) => write(store, 'lobby', 60, 10)));
  await pause(200);
  redis.freeze();
  await eventually(() => {
    expect(nodes.map(({available}) => available)).toEqual([false, false]);
  });
  redis.thaw();
  const names = (await writing).flat();
  await eventually(() => {
    for (const {entries} of feeds) expect(entries.length).toBe(120);
  });
  expectWhole(feeds, names);
});

test('[FEED6] an append that is underway when the connection breaks is refused at once, its outcome unknown', async () => {
  const {redis, nodes} = await redisAndTwoNodes('underway:');
  redis.freeze();
  const refused = nodes[0].feeds.append('lobby', {name: 'chat.message', data: {}}).catch((error: unknown) => error);
  await redis.kill();
  // Well before the answer would be given up.
  const outcome = await Promise.race([refused, pause(2_000, 'nothing')]);
  expect(outcome).toMatchObject({code: 'timeout', retryable: true});
  await expect(nodes[0].feeds.append('lobby', {name: 'chat.message', data: {}})).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterMs: 1_000,
  });
});

test('[FEED5] Redis started again empty: another epoch from the beginning, and every open feed is reset', async () => {
  const {redis, nodes} = await redisAndTwoNodes('emptied:');
  const [a] = nodes;
  const feeds = await Promise.all(nodes.map((store) => RecordingFeed.open(store, 'lobby')));
  const before = await appendForSure(a, 'lobby', '1');
  await redis.kill();
  await redis.startEmpty();
  const after = await appendForSure(a, 'lobby', '2');
  expect(after).toMatchObject({offset: 1});
  expect(after.epoch).not.toBe(before.epoch);
  await eventually(() => {
    for (const {feed, resets} of feeds) {
      expect(resets).toEqual([{epoch: after.epoch, offset: expect.any(Number) as number}]);
      expect(feed.position).toEqual({epoch: after.epoch, offset: 1});
    }
  });
  for (const {feed} of feeds) expect(feed.recent(99)).toBeUndefined();
});

test('[FEED5] a quiet room whose log was lost is reset without any append', async () => {
  const {redis, nodes} = await redisAndTwoNodes('quiet:');
  await appendForSure(nodes[0], 'lobby', '1');
  const feeds = await Promise.all(nodes.map((store) => RecordingFeed.open(store, 'lobby')));
  await redis.kill();
  await redis.startEmpty();
  await eventually(() => {
    for (const {resets} of feeds) expect(resets.length).toBe(1);
  });
  expect(feeds[0]?.resets).toEqual(feeds[1]?.resets);
  expect(feeds[0]?.resets[0]?.offset).toBe(0);
});

test('[FEED6] a Redis that is full refuses appends as unavailable and does nothing by half', async () => {
  const {redis, nodes} = await redisAndTwoNodes('full:');
  const [a, b] = nodes;
  const feed = await RecordingFeed.open(b, 'lobby');
  await appendForSure(a, 'lobby', '1');
  await redis.command('CONFIG', 'SET', 'maxmemory', '1');
  const event = {name: 'chat.message', data: {n: '2'}};
  await expect(a.feeds.append('lobby', event, {key: '2'})).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterMs: 1_000,
  });
  expect(await redis.command('HEXISTS', 'full:room:{lobby}:answers', '2')).toContain(':0');
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');
  expect(await a.feeds.append('lobby', event, {key: '2'})).toMatchObject({offset: 2, repeated: false});
  await eventually(() => {
    expectWhole([feed], ['1', '2']);
  });
});
