import {cp, rm} from 'node:fs/promises';
import type {Store} from '@parley/signaling';
import {eventually, nodeOf, RecordingFeed, type ClusterUnderTest} from '@parley/signaling/testing';
import {afterEach, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, makeRedisCluster, openStore} from './redis-cluster.js';
import {appendForSure} from './writer.js';

let redis: RedisServer | undefined;
let cluster: ClusterUnderTest | undefined;
afterEach(async () => {
  await cluster?.close();
  await redis?.[Symbol.asyncDispose]();
  if (redis) await rm(`${redis.folder}.kept`, {recursive: true, force: true});
  expect(defects.splice(0)).toEqual([]);
});

/** Two nodes that have seen ten events of a Redis that is about to remember five of them. */
async function tenEventsFiveKept(): Promise<{
  redis: RedisServer;
  prefix: string;
  a: Store;
  b: Store;
  forget: () => Promise<void>;
}> {
  const server = (redis = await startRedis({appendonly: true}));
  const prefix = 'older:';
  cluster = await makeRedisCluster(server, 2, {}, prefix);
  const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
  for (const n of ['1', '2', '3', '4', '5']) await appendForSure(a, 'lobby', n);
  await cp(server.folder, `${server.folder}.kept`, {recursive: true});
  for (const n of ['6', '7', '8', '9', '10']) await appendForSure(a, 'lobby', n);
  const forget = async (): Promise<void> => {
    await server.kill();
    await rm(server.folder, {recursive: true});
    await cp(`${server.folder}.kept`, server.folder, {recursive: true});
    await server.start();
  };
  return {redis: server, prefix, a, b, forget};
}

test('[FEED5] Redis started again with older data: another epoch, offsets go on, every open feed is reset', async () => {
  const {a, b, forget} = await tenEventsFiveKept();
  const feeds = [await RecordingFeed.open(a, 'lobby'), await RecordingFeed.open(b, 'lobby')];
  const old = feeds[0]?.feed.position;
  expect(old?.offset).toBe(10);
  await forget();
  await eventually(() => {
    for (const {resets} of feeds) expect(resets.length).toBe(1);
  });
  const after = await appendForSure(b, 'lobby', '11');
  expect(after).toMatchObject({offset: 6});
  expect(after.epoch).not.toBe(old?.epoch);
  await eventually(() => {
    for (const {entries} of feeds)
      expect(entries.map(({epoch, offset}) => [epoch, offset])).toEqual([[after.epoch, 6]]);
  });
  expect(await a.feeds.read('lobby', {limit: 3})).toMatchObject({epoch: after.epoch, head: 6});
});

test('[FEED5] an append by a node that has seen more than the store begins another epoch', async () => {
  const {a, forget} = await tenEventsFiveKept();
  const feed = await RecordingFeed.open(a, 'lobby');
  const old = feed.feed.position;
  await forget();
  const after = await appendForSure(a, 'lobby', '11');
  expect(after.offset).toBe(6);
  expect(after.epoch).not.toBe(old.epoch);
  await eventually(() => {
    expect(feed.resets.at(-1)?.epoch).toBe(after.epoch);
    expect(feed.feed.position).toEqual({epoch: after.epoch, offset: 6});
  });
});

test('[FEED5] older data that was written on before anybody compared: the difference is found all the same', async () => {
  const {redis: server, prefix, a, forget} = await tenEventsFiveKept();
  const feed = await RecordingFeed.open(a, 'lobby');
  const old = feed.feed.position;
  await cluster?.setAvailable(false);
  await forget();
  // A node that knows nothing of the room gets it beyond where the others were.
  const stranger = await openStore(server, {node: 'stranger', prefix});
  for (const n of ['11', '12', '13', '14', '15', '16', '17']) await appendForSure(stranger, 'lobby', n);
  expect(await stranger.feeds.read('lobby', {limit: 1})).toMatchObject({epoch: old.epoch, head: 12});
  await cluster?.setAvailable(true);
  await eventually(() => {
    expect(feed.resets.length).toBe(1);
  });
  expect(feed.resets[0]?.epoch).not.toBe(old.epoch);
  expect(feed.entries).toEqual([]);
  await stranger.close();
});

test('[FEED5] older data in a room that no node has open is found by what any node knows of any room', async () => {
  const {a, b, forget} = await tenEventsFiveKept();
  const {epoch} = await a.feeds.read('lobby', {limit: 1});
  await forget();
  await eventually(() => {
    expect([a.available, b.available]).toEqual([true, true]);
  });
  for (const n of ['11', '12', '13', '14', '15', '16', '17']) await appendForSure(b, 'lobby', n);
  // The other node knows of nothing that is missing: it hears with a heartbeat. Otherwise whoever had the lost sixth to
  // tenth event would be given the eleventh and never hear of those that took their places.
  await eventually(async () => {
    const page = await b.feeds.read('lobby', {limit: 1});
    expect(page.head).toBe(12);
    expect(page.epoch).not.toBe(epoch);
  });
});
