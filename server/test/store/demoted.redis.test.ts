import {ParleyError} from '@parley/protocol';
import type {Store} from '@parley/signaling';
import {eventually} from '@parley/signaling/testing';
import {afterEach, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {openStore} from './redis-cluster.js';

const open: (Store | RedisServer)[] = [];
const warnings: string[] = [];
const note = ({message}: Error): void => void warnings.push(message);
process.on('warning', note);
afterEach(async () => {
  process.off('warning', note);
  for (const one of open.splice(0).reverse()) await ('close' in one ? one.close() : one[Symbol.asyncDispose]());
});

// Chaos, seed 529: a handover left a listener with the connection for each request that was refused.
test('[FEED6] a primary that became a replica is left once, however many appends it refuses at a time', async () => {
  const redis = await startRedis();
  const other = await startRedis();
  open.push(redis, other);
  const store = await openStore(redis, {node: 'a', prefix: 'demoted:'});
  open.push(store);
  await redis.command('REPLICAOF', '127.0.0.1', String(other.port));
  const rooms = Array.from({length: 40}, (_, n) => `room-${n}`);
  const refused = await Promise.allSettled(rooms.map((room) => store.feeds.append(room, {name: 'x', data: {}})));
  const codes = refused.map((outcome) =>
    outcome.status === 'rejected' && outcome.reason instanceof ParleyError ? outcome.reason.code : 'appended',
  );
  expect(codes.filter((code) => code !== 'unavailable' && code !== 'timeout')).toEqual([]);
  await eventually(() => {
    expect(store.available).toBe(false);
  });
  await redis.command('REPLICAOF', 'NO', 'ONE');
  await eventually(() => {
    expect(store.available).toBe(true);
  });
  await store.feeds.append('room-1', {name: 'x', data: {}});
  expect(warnings).toEqual([]);
});
