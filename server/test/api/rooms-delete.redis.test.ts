import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {ops} from '../ops.js';
import {startRedis} from '../redis-server.js';
import {startNode} from '../start-node.js';
import {ReceiverServer, webhooksFor} from '../webhooks/receiver-server.js';
import type {Fields} from './contract/door.js';
import {httpDoor} from './contract/http-door.js';

const removed = {room: 'den', reason: 'deleted'};

test('[ROOM8] [ROOM9] [ROOM11] a room that is deleted through one node is gone for everybody on the other, for watches and for receivers', async () => {
  await using redis = await startRedis();
  await using receiver = await ReceiverServer.start();
  const env = {
    REDIS_URL: redis.url,
    PARLEY_WEBHOOKS: webhooksFor({name: 'archive', server: receiver, events: ['chat.message', 'room.*']}),
  };
  await using here = await startNode({env});
  await using there = await startNode({env});
  await using ann = await connectBare(here, {user: 'ann'});
  await using bob = await connectBare(there, {user: 'bob'});
  const away = await connectBare(there, {user: 'eve'});
  await ann.request('room.create', {room: 'den'});
  for (const client of [ann, bob, away]) await client.request('room.join', {room: 'den'});
  const [{session, key}] = away.all<{session: string; key: string}>('session.ready') as [
    {session: string; key: string},
  ];
  away.socket.io.engine.close();
  await bob.request('chat.send', {room: 'den', id: 'm1', text: 'the last word'});
  const door = httpDoor(there.opsUrl, there.apiKey);
  const {told, close} = door.watch({kinds: ['presence'], rooms: ['den']});
  await expect.poll(() => told.at(-1)?.['event']).toBe('ready');

  expect((await ops(here, 'DELETE', '/v1/rooms/den')).status).toBe(204);
  for (const client of [ann, bob]) await expect.poll(() => client.all('room.removed')).toEqual([removed]);
  const gone = ({user, status}: Fields): string => `${String(user)} ${String(status)}`;
  await expect.poll(() => told.map(gone)).toEqual(expect.arrayContaining(['ann offline', 'bob offline']));
  close();
  for (const node of [here, there]) expect((await ops(node, 'DELETE', '/v1/rooms/den')).status).toBe(410);
  await expect(bob.request('room.join', {room: 'den'})).rejects.toMatchObject({code: 'room_deleted'});

  const rooms = {den: ['an epoch of old', 5]};
  await using back = await connectBare(here, {user: 'eve', auth: {attempt: 1, resume: {session, key, rooms}}});
  expect(back.all('session.ready')).toMatchObject([{resumed: true, rooms: [], deleted: ['den']}]);

  await receiver.until(() => receiver.of('room.deleted').length === 1, 'the deletion');
  await ann.request('room.create', {room: 'den', title: 'Another'});
  await receiver.until(() => receiver.of('room.member').length >= 4, 'what happens in the other of the name');
  const types = receiver.taken.map(({type}) => type.slice('parley.'.length));
  expect(types.indexOf('room.deleted')).toBeGreaterThan(types.indexOf('chat.message'));
  expect(types).not.toContain('room.gap');
  await door[Symbol.asyncDispose]();
});
