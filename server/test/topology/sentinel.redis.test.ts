import {setTimeout as pause} from 'node:timers/promises';
import type {Store, StoreOptions} from '@parley/signaling';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {spawnNode} from '../spawn-node.js';
import {defects, openStore, targetOf} from '../store/redis-cluster.js';
import {startSentinels, until, type SentinelTopology} from './sentinels.js';
import {countUnhandled, Witnesses} from './witnesses.js';

let redis: SentinelTopology;
let unhandled: ReturnType<typeof countUnhandled>;
const open: Store[] = [];
beforeEach(async () => {
  unhandled = countUnhandled();
  redis = await startSentinels({password: 'tiger'});
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  await redis[Symbol.asyncDispose]();
  unhandled.stop();
  expect(unhandled.seen).toEqual([]);
  expect(defects.splice(0)).toEqual([]);
});

async function node(name: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore(
    {url: ''},
    {node: name, prefix: 'sentinel:', target: targetOf(redis.url, redis.environment), ...options},
  );
  open.push(store);
  return store;
}

test('[FEED6] Sentinels fail a killed master over under traffic: nothing acknowledged is lost without a word, the nodes stay', async () => {
  const stores = [await node('a'), await node('b')];
  const witnesses = await Witnesses.open(stores, 'lobby');
  await witnesses.write(async () => {
    await redis.master.kill();
    await until(async () => (await redis.masterPort()) === redis.replica.port);
    await until(() => Promise.resolve(stores.every(({available}) => available)));
  });
  await witnesses.verify();
  expect(witnesses.refusals).toBeGreaterThan(0);
  expect(stores.map(({bus}) => bus.nodes().length)).toEqual([2, 2]);
});

test('[FEED5] what the replica had not got when it became the master is told: another epoch, in rooms that nobody had open too', async () => {
  const [a, b] = [await node('a'), await node('b')];
  const open = await RecordingFeed.open(a, 'open');
  for (const room of ['open', 'closed']) await a.feeds.append(room, {name: 'chat.message', data: {n: 1}});
  const {epoch} = await b.feeds.read('closed', {limit: 1});
  await redis.cutReplica();
  for (const room of ['open', 'closed']) await a.feeds.append(room, {name: 'chat.message', data: {n: 2}});
  await redis.master.kill();
  redis.replica.signal('SIGCONT');
  // An election that nobody wins is held again some seconds later.
  await until(async () => (await redis.masterPort()) === redis.replica.port);
  await eventually(() => {
    expect(open.resets).toHaveLength(1);
  });
  expect(open.feed.position).toMatchObject({offset: 1});
  await until(() => Promise.resolve(a.available && b.available));
  const after = await b.feeds.read('closed', {limit: 1});
  expect(after.head).toBe(1);
  expect(after.epoch).not.toBe(epoch);
});

test('[CALL2] a lease outlives the failover with its holder, and goes to nobody else meanwhile', async () => {
  // Longer than an election takes that is held twice.
  const leaseMs = 15_000;
  const [a, b] = [await node('a', {leaseMs}), await node('b', {leaseMs})];
  await redis.cutReplica();
  const lease = await a.leases.acquire('call:lobby');
  if ('heldBy' in lease) throw new Error('The lease is held.');
  await redis.master.kill();
  redis.replica.signal('SIGCONT');
  await until(() => Promise.resolve(a.available && b.available));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const other = await b.leases.acquire('call:lobby').catch(() => undefined);
    expect(other === undefined || 'heldBy' in other).toBe(true);
    await pause(20);
  }
  expect(lease.lost.aborted).toBe(false);
  await eventually(async () => {
    expect(await b.leases.holder('call:lobby')).toBe('a');
  });
});

test('[FEED6] a node as a process stays up over a planned failover, says so, and writes no password', async () => {
  await using first = await spawnNode({REDIS_URL: redis.url, ...redis.environment});
  await using ann = await connectBare(first, {user: 'ann'});
  await ann.request('room.create', {room: 'lobby'});
  await ann.request('room.join', {room: 'lobby'});
  await until(async () => {
    const [sentinel] = redis.sentinels;
    return String(await sentinel?.command('SENTINEL', 'FAILOVER', 'main')) === 'OK';
  });
  await until(async () => (await redis.masterPort()) === redis.replica.port);
  const failovers = async (): Promise<number> => {
    const metrics = await (await fetch(`${first.opsUrl}/metrics`)).text();
    return Number(/parley_redis_failovers_total (\d+)/.exec(metrics)?.[1]);
  };
  await expect.poll(failovers, {timeout: 10_000}).toBe(1);
  await expect
    .poll(async () => (await ann.ask('chat.send', {room: 'lobby', id: 'm1', text: 'hello'})).ok, {timeout: 10_000})
    .toBe(true);
  await ann.next('chat.message');
  expect(ann.all('chat.message')).toHaveLength(1);
  expect(ann.all('room.reset')).toEqual([]);
  expect(first.process.exitCode).toBeNull();
  expect(first.output()).not.toMatch(/unhandledRejection|"level":60|tiger/);
});
