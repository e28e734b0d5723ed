import {setTimeout as pause} from 'node:timers/promises';
import {eventually, RecordingFeed, storeOptions} from '@parley/signaling/testing';
import type {Store} from '@parley/signaling';
import {expect, test} from 'vitest';
import type {RedisStoreOptions} from '../../src/cluster/redis-store.js';
import type {RoomLogs} from '../../src/cluster/room-log.js';
import {openStore} from './redis-cluster.js';
import {silentLog} from './silent-log.js';
import {RedisInUse} from './use-redis.js';
import {appendForSure, write} from './writer.js';

const redis = RedisInUse.forThisFile();

async function node(name: string, prefix: string, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  return redis.keep(await openStore(redis.server, {node: name, prefix, heartbeatMs: 60_000, ...options}));
}

const lost = (logs: RoomLogs, n: number): Promise<unknown> =>
  logs.append('lobby', {name: 'chat.message', data: {n}}, {key: undefined, known: undefined});

test('[FEED4] a gap is repaired from the log before the newer entry is delivered', async () => {
  const store = await node('a', 'gap:', {compareMs: 60_000});
  const feed = await RecordingFeed.open(store, 'lobby');
  const logs = await silentLog(redis, 'gap:');
  await appendForSure(store, 'lobby', '1');
  for (const n of [2, 3, 4]) await lost(logs, n);
  await appendForSure(store, 'lobby', '5');
  await eventually(() => {
    expect(feed.offsets).toEqual([1, 2, 3, 4, 5]);
  });
  expect(feed.feed.recent(1)?.map(({offset}) => offset)).toEqual([2, 3, 4, 5]);
});

test('[FEED4] a gap longer than a page of the log is repaired while appends go on', async () => {
  const long = {...storeOptions('a').log, events: 5_000};
  const store = await node('a', 'long:', {compareMs: 60_000, log: long});
  const feed = await RecordingFeed.open(store, 'lobby');
  const logs = await silentLog(redis, 'long:', long);
  for (let round = 0; round < 12; round += 1) await Promise.all(Array.from({length: 100}, (_, n) => lost(logs, n)));
  const names = await Promise.all([write(store, 'lobby', 50, 1), ...Array.from({length: 50}, (_, n) => lost(logs, n))]);
  expect(names[0]).toHaveLength(50);
  await appendForSure(store, 'lobby', 'last');
  await eventually(() => {
    expect(feed.offsets).toEqual(Array.from({length: 1_301}, (_, index) => index + 1));
  });
  expect(feed.resets).toEqual([]);
});

test('[FEED4] in a quiet room a lost message is found by comparing with the log’s head', async () => {
  const store = await node('a', 'quiet:');
  const feed = await RecordingFeed.open(store, 'lobby');
  const logs = await silentLog(redis, 'quiet:');
  for (const n of [1, 2]) await lost(logs, n);
  await eventually(() => {
    expect(feed.offsets).toEqual([1, 2]);
  });
  expect(feed.resets).toEqual([]);
});

test('[FEED2] what was trimmed before the node got it is a reset in the same epoch', async () => {
  const store = await node('a', 'trimmed:');
  const feed = await RecordingFeed.open(store, 'lobby');
  const {epoch} = feed.feed.position;
  const logs = await silentLog(redis, 'trimmed:', {events: 3, bytes: 1_000_000, ageMs: 60_000});
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => lost(logs, n)));
  await eventually(() => {
    expect(feed.resets).toEqual([{epoch, offset: 6}]);
  });
  expect(feed.entries).toEqual([]);
});

test('[FEED4] subscriptions that break while appends go on lose nothing', async () => {
  const compareMs = 60_000;
  const [a, b] = [await node('a', 'broken:', {compareMs}), await node('b', 'broken:', {compareMs})];
  const feeds = [await RecordingFeed.open(a, 'lobby'), await RecordingFeed.open(b, 'lobby')];
  const writing = Promise.all([write(a, 'lobby', 200, 4), write(b, 'lobby', 200, 4)]);
  for (let round = 0; round < 4; round += 1) {
    await pause(150);
    await redis.server.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }
  const names = (await writing).flat();
  await eventually(() => {
    for (const {entries} of feeds) expect(entries.length).toBe(400);
  });
  for (const {entries, offsets, resets} of feeds) {
    expect(offsets).toEqual(names.map((_, index) => index + 1));
    expect(resets).toEqual([]);
    expect(entries).toEqual(feeds[0]?.entries);
  }
});

test('[FEED5] an append that knows of more than the log has begins another epoch', async () => {
  const logs = await silentLog(redis, 'behind:');
  const event = {name: 'chat.message', data: {}};
  const first = await logs.append('lobby', event, {key: undefined, known: undefined});
  const known = {epoch: first.epoch, stamp: 0};
  const second = await logs.append('lobby', event, {key: undefined, known: {...known, offset: 1}});
  expect(second).toMatchObject({epoch: first.epoch, offset: 2});
  const third = await logs.append('lobby', event, {key: undefined, known: {...known, offset: 3}});
  expect(third.offset).toBe(3);
  expect(third.epoch).not.toBe(first.epoch);
  const late = await logs.append('lobby', event, {key: undefined, known: {...known, offset: 9}});
  expect(late).toMatchObject({epoch: third.epoch, offset: 4});
});

test('[FEED1] an append is one round trip', async () => {
  const store = await node('a', 'trips:', {compareMs: 60_000});
  await RecordingFeed.open(store, 'lobby');
  const calls = async (): Promise<Map<string, number>> => {
    const stats = await redis.server.command('INFO', 'commandstats');
    return new Map(
      [...stats.matchAll(/cmdstat_([a-z|]+):calls=(\d+)/g)].map(([, name, count]) => [name ?? '', Number(count)]),
    );
  };
  const before = await calls();
  for (let n = 0; n < 50; n += 1) await store.feeds.append('lobby', {name: 'chat.message', data: {n}}, {key: `k${n}`});
  const after = await calls();
  const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grown('evalsha')).toBe(50);
  // All others are the script's own: none is asked for by itself.
  expect([grown('eval'), grown('multi'), grown('exec'), grown('script|load')]).toEqual([0, 0, 0, 0]);
  expect(grown('xadd')).toBe(50);
  expect(grown('spublish')).toBe(50);
});
