import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';
import type {Fields, TestDoor} from './contract/door.js';
import {grpcDoor} from './contract/grpc-door.js';
import {httpDoor} from './contract/http-door.js';

const doorsOf = (node: TestNode): readonly TestDoor[] => [
  httpDoor(node.opsUrl, node.apiKey),
  grpcDoor(node.app.grpcAddress ?? '', node.apiKey),
];

const briefly = ({event, user, session, status, state, rooms, room}: Fields): string =>
  [event, session === undefined ? user : 's', room, status ?? state, ...((rooms as string[] | undefined) ?? [])]
    .flatMap((word) => (typeof word === 'string' ? [word] : []))
    .join(' ');

test('[OPS30] what happens on one node is told by another, whatever the door: presence, sessions, rooms', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url, PARLEY_GRPC_PORT: '0'};
  await using here = await startNode({env});
  await using there = await startNode({env});
  await using ana = await connectBare(there, {user: 'ana'});
  await ana.request('room.create', {room: 'den'});
  await ana.request('room.join', {room: 'den'});
  const doors = doorsOf(here);
  const watches = doors.map((door) => door.watch({kinds: ['presence', 'sessions'], rooms: ['den']}));
  for (const {told} of watches) {
    await expect
      .poll(() => told.map(briefly))
      .toEqual(['snapshot', 'presence ana online den', 'session s connected den', 'ready']);
    expect(told[2]).toMatchObject({user: 'ana', node: there.node});
    told.length = 0;
  }
  await using bob = await connectBare(there, {user: 'bob'});
  await bob.request('room.join', {room: 'den'});
  ana.close();
  for (const {told} of watches) {
    await expect
      .poll(() => told.map(briefly).sort())
      .toEqual(
        ['presence bob online den', 'session s connected den', 'presence ana away den', 'session s away den'].sort(),
      );
    told.length = 0;
  }
  expect(await doors[0]?.ask('users.kick', {user: 'bob'})).toEqual({ok: {sessions: 1}});
  for (const {told} of watches) {
    await expect.poll(() => told.map(briefly)).toEqual(['presence bob offline', 'session s gone']);
  }
  for (const {close} of watches) close();
  for (const door of doors) await door[Symbol.asyncDispose]();
});

test('[OPS35] a node that leaves ends its watches with draining; those of others are told where its sessions are', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url, PARLEY_GRPC_PORT: '0'};
  await using here = await startNode({env});
  const there = await startNode({env});
  await using ana = await connectBare(there, {user: 'ana'});
  const watch = httpDoor(here.opsUrl, here.apiKey).watch({kinds: ['presence']});
  await expect.poll(() => watch.told.map(briefly)).toContain('presence ana online');
  const doomed = doorsOf(there).map((door) => door.watch({}));
  for (const {told} of doomed) await expect.poll(() => told.length).toBeGreaterThan(2);
  const closing = there.close();
  for (const {over} of doomed) expect(await over).toEqual({code: 'draining', retryAfterMs: 500});
  await closing;
  await expect.poll(() => watch.told.map(briefly)).toContain('presence ana away');
  expect(ana.socket.connected).toBe(false);
  watch.close();
});
