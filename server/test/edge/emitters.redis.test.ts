import {Emitter} from '@socket.io/redis-emitter';
import {Redis} from 'ioredis';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';

let redis: RedisServer;
let publisher: Redis;
let nodes: TestNode[];
let emitter: Emitter;
let clients: Record<'ann' | 'bob' | 'cid', BareClient>;

beforeAll(async () => {
  redis = await startRedis();
  publisher = new Redis(redis.url);
  emitter = new Emitter(publisher);
  const env = {REDIS_URL: redis.url, PARLEY_SOCKETIO_EMITTERS: 'socket.io'};
  nodes = [await startNode({env}), await startNode({env})];
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error('There are no nodes.');
  clients = {
    ann: await connectBare(first, {user: 'ann'}),
    bob: await connectBare(second, {user: 'bob'}),
    cid: await connectBare(second, {user: 'cid', transports: ['polling']}),
  };
  for (const room of ['red', 'blue']) await clients.ann.request('room.create', {room});
  for (const [client, rooms] of [
    [clients.ann, ['red']],
    [clients.bob, ['red', 'blue']],
    [clients.cid, ['blue']],
  ] as const)
    for (const room of rooms) await client.request('room.join', {room});
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.close();
  await Promise.all(nodes.map((node) => node.close()));
  publisher.disconnect();
  await redis[Symbol.asyncDispose]();
});

/** Who has heard of it once a later one to everybody has come: what is published in order arrives in order. */
async function whoHeard(name: string): Promise<string[]> {
  const mark = `mark of ${name}`;
  emitter.emit(mark, 1);
  await Promise.all(Object.values(clients).map((client) => client.next(mark, () => true)));
  return Object.entries(clients)
    .filter(([, client]) => client.all(name).length > 0)
    .map(([user]) => user);
}

async function refused(outcome: string): Promise<number> {
  const texts = await Promise.all(nodes.map(async (node) => (await fetch(`${node.opsUrl}/metrics`)).text()));
  const found = texts.map((text) =>
    new RegExp(`parley_emitter_messages_total{outcome="${outcome}"} (\\d+)`).exec(text),
  );
  return found.reduce((sum, match) => sum + Number(match?.[1] ?? 0), 0);
}

test('[EMIT1] an event for everybody, for a room, for several, and without a room reaches whom it is for, once', async () => {
  emitter.emit('all', {n: 1});
  emitter.to('red').emit('to red', {n: 2});
  emitter.to(['red', 'blue']).emit('to both', {n: 3});
  emitter.to('blue').except('red').emit('not to red', {n: 4});
  emitter.except('blue').emit('not to blue', {n: 5});
  emitter.to('green').emit('to nobody', {n: 6});
  expect(await whoHeard('all')).toEqual(['ann', 'bob', 'cid']);
  expect(await whoHeard('to red')).toEqual(['ann', 'bob']);
  expect(await whoHeard('to both')).toEqual(['ann', 'bob', 'cid']);
  expect(await whoHeard('not to red')).toEqual(['cid']);
  expect(await whoHeard('not to blue')).toEqual(['ann']);
  expect(await whoHeard('to nobody')).toEqual([]);
  expect(clients.bob.all('to both')).toEqual([{n: 3}]);
});

test('[EMIT1] binary payloads arrive as they were sent, over WebSocket and long-polling', async () => {
  emitter.to('blue').emit('picture', {bytes: Buffer.from([0, 1, 254, 255])});
  for (const client of [clients.bob, clients.cid]) {
    const {bytes} = await client.next<{bytes: Buffer}>('picture');
    expect(Buffer.from(bytes)).toEqual(Buffer.from([0, 1, 254, 255]));
  }
});

test('[EMIT1] a volatile event reaches clients that keep up', async () => {
  emitter.volatile.to('red').emit('flash', {n: 1});
  await Promise.all([clients.ann, clients.bob].map((client) => client.next('flash')));
});

test('[EMIT2] an event of the contract’s own names is refused: nobody forges a message', async () => {
  const before = await refused('reserved_name');
  emitter.to('red').emit('chat.message', {room: 'red', text: 'forged'});
  emitter.emit('session.closing', {code: 4_502, reason: 'kicked'});
  emitter.emit('chat.anything', {});
  emitter.emit('mark', 1);
  await Promise.all(Object.values(clients).map((client) => client.next('mark', () => true)));
  expect(clients.ann.all('chat.message')).toEqual([]);
  expect(clients.ann.all('session.closing')).toEqual([]);
  await expect.poll(() => refused('reserved_name')).toBeGreaterThan(before);
});

test('[EMIT2] operations on sockets are refused, counted, and have no effect', async () => {
  const before = await refused('operation');
  emitter.socketsJoin('green');
  emitter.in('red').socketsLeave('red');
  emitter.in('red').disconnectSockets(true);
  await expect.poll(() => refused('operation')).toBe(before + 3 * nodes.length);
  emitter.to('green').emit('after joining', 1);
  emitter.to('red').emit('after leaving', 1);
  expect(await whoHeard('after joining')).toEqual([]);
  expect(await whoHeard('after leaving')).toEqual(['ann', 'bob']);
});

test('[EMIT2] what is malformed or too large is refused and counted, and the node lives', async () => {
  await publisher.publish('socket.io#/#', 'nonsense');
  await publisher.publish('socket.io#/#', Buffer.alloc(4 * 1_024 * 1_024));
  await expect.poll(() => refused('malformed')).toBe(nodes.length);
  await expect.poll(() => refused('too_large')).toBe(nodes.length);
  expect(await whoHeard('nothing')).toEqual([]);
});

test('[EMIT3] they are listened to again after Redis was away, and not at all unless they are asked for', async () => {
  await using quiet = await startNode({env: {REDIS_URL: redis.url}});
  await using dan = await connectBare(quiet, {user: 'dan'});
  await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await expect
    .poll(async () => {
      emitter.emit('again', 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return Object.values(clients).every((client) => client.all('again').length > 0);
    })
    .toBe(true);
  expect(dan.all('again')).toEqual([]);
});
