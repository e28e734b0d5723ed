import {createMemoryWorld} from '@parley/signaling/memory';
import {expect, test} from 'vitest';
import {createClock} from '../../src/clock.js';
import {connectBare} from '../connect-bare.js';
import {ops} from '../ops.js';
import {startNode} from '../start-node.js';
import {otherSecret, ReceiverServer, secret, webhooksFor} from './receiver-server.js';

test('[HOOK1] what happens in a room is told as members see it, in the order of the room’s log, whichever node it happened on', async () => {
  await using receiver = await ReceiverServer.start();
  const env = {PARLEY_WEBHOOKS: webhooksFor({name: 'all', server: receiver})};
  const world = createMemoryWorld({clock: createClock()});
  await using here = await startNode({env, world});
  await using there = await startNode({env, world});
  await using ann = await connectBare(here, {user: 'ann'});
  await using bob = await connectBare(there, {user: 'bob'});
  await ann.request('room.create', {room: 'den', title: 'The den'});
  for (const client of [ann, bob]) await client.request('room.join', {room: 'den'});
  for (let index = 0; index < 40; index += 1) {
    const client = index % 2 === 0 ? ann : bob;
    await client.request('chat.send', {room: 'den', id: `m${index}`, text: `message ${index}`});
  }
  await ops(here, 'POST', '/v1/push', {target: {room: 'den'}, topic: 'news', data: {n: 1}, store: true});
  await ann.request('room.update', {room: 'den', title: 'Our den'});
  await receiver.until(() => receiver.of('room.updated').length === 1, 'the last event');

  const stored = receiver.taken.filter(({subject, data}) => subject === 'room/den' && 'offset' in data);
  const seen = ann.events.filter(({payload}) => 'offset' in (payload as object) && 'room' in (payload as object));
  expect(stored.map(({data}) => data['offset'])).toEqual(stored.map((_, index) => index + 1));
  expect(
    stored.slice(-seen.length).map(({type, data}) => ({name: type.slice('parley.'.length), payload: data})),
  ).toEqual(seen);
  expect(receiver.of('room.created')[0]).toMatchObject({data: {room: 'den', title: 'The den'}});
  const last = stored.at(-1);
  expect(last).toMatchObject({
    specversion: '1.0',
    source: '/parley',
    type: 'parley.room.updated',
    datacontenttype: 'application/json',
    id: `den/${String(last?.data['epoch'])}/${String(last?.data['offset'])}`,
    time: new Date(Number(last?.data['at'])).toISOString(),
  });
  expect(new Set(receiver.asked.map(({id}) => id)).size).toBe(receiver.asked.length);
});

test('[HOOK1] the life of a session is told, in its order', async () => {
  await using receiver = await ReceiverServer.start();
  await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor({name: 'all', server: receiver})}});
  const client = await connectBare(node, {user: 'ann', auth: {device: 'Phone'}});
  const [{session, key}] = client.all<{session: string; key: string}>('session.ready') as [
    {session: string; key: string},
  ];
  client.socket.io.engine.close();
  await receiver.until(() => receiver.of('session.away').length === 1, 'the loss of the connection');
  await using back = await connectBare(node, {user: 'ann', auth: {attempt: 1, resume: {session, key, rooms: {}}}});
  await ops(node, 'POST', '/v1/users/ann/kick', {});
  await receiver.until(() => receiver.of('session.closed').length === 1, 'the end');
  await back.closed();
  expect(receiver.taken.map(({type, subject, data}) => ({type, subject, data}))).toEqual([
    {type: 'parley.session.opened', subject: 'user/ann', data: {session, user: 'ann', name: 'ann', device: 'Phone'}},
    {type: 'parley.session.away', subject: 'user/ann', data: {session, user: 'ann'}},
    {type: 'parley.session.resumed', subject: 'user/ann', data: {session, user: 'ann', name: 'ann', device: 'Phone'}},
    {type: 'parley.session.closed', subject: 'user/ann', data: {session, user: 'ann', reason: 'kicked'}},
  ]);
});

test('[PUSH17] what became of a push is told when nothing more can, with the counts of its query', async () => {
  await using receiver = await ReceiverServer.start();
  await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor({name: 'all', server: receiver})}});
  const {body} = await ops(node, 'POST', '/v1/push', {target: {user: 'ann'}, topic: 'mail', data: 1, store: true});
  const {id} = body as {id: string};
  await using ann = await connectBare(node, {user: 'ann', auth: {deviceId: 'phone'}});
  const {epoch, offset} = await ann.next<{epoch: string; offset: number}>('push.inbox');
  await ann.request('push.ack', {upTo: {epoch, offset}});
  await receiver.until(() => receiver.of('push.settled').length === 1, 'the end of the push');
  const [{subject, data} = {}] = receiver.of('push.settled');
  expect(subject).toBe(`push/${id}`);
  const {body: outcome} = await ops(node, 'GET', `/v1/pushes/${id}`);
  const {id: _id, expiresAt: _expiresAt, waiting, ...counts} = outcome as Record<string, unknown>;
  expect(waiting).toBe(0);
  expect(data).toEqual({push: id, complete: true, ...counts});
});

test('[HOOK2] every event is signed with each secret, so that a receiver changes to a new one without a gap', async () => {
  await using old = await ReceiverServer.start(secret);
  await using changed = await ReceiverServer.start(otherSecret);
  await using stranger = await ReceiverServer.start(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
  const secrets = [otherSecret, secret];
  const env = {
    PARLEY_WEBHOOKS: webhooksFor(
      {name: 'old', server: old, secrets},
      {name: 'changed', server: changed, secrets},
      {name: 'stranger', server: stranger, secrets},
    ),
  };
  await using node = await startNode({env});
  await using _client = await connectBare(node, {user: 'ann'});
  for (const receiver of [old, changed])
    await receiver.until(() => receiver.of('session.opened').length === 1, 'the session');
  await stranger.until(() => stranger.unverified > 0, 'an attempt');
  expect([old.unverified, changed.unverified, stranger.taken.length]).toEqual([0, 0, 0]);
});

test('[HOOK1] a receiver is told what it listens to and nothing else; a ping goes to whomever it is for', async () => {
  await using chats = await ReceiverServer.start();
  await using usual = await ReceiverServer.start();
  const env = {
    PARLEY_WEBHOOKS: webhooksFor(
      {name: 'chats', server: chats, events: ['chat.message']},
      {name: 'usual', server: usual, events: undefined},
    ),
  };
  await using node = await startNode({env});
  await using ann = await connectBare(node, {user: 'ann'});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  await ann.request('chat.send', {room: 'den', id: 'm1', text: 'hello'});
  await ann.request('room.update', {room: 'den', title: 'Den'});
  await chats.until(() => chats.taken.length === 1, 'the message');
  await usual.until(() => usual.of('room.updated').length === 1, 'the change of the room');
  const {body} = await ops(node, 'POST', '/v1/webhooks/chats/ping');
  await chats.until(() => chats.of('webhook.ping').length === 1, 'the ping');
  expect(chats.taken.map(({type}) => type)).toEqual(['parley.chat.message', 'parley.webhook.ping']);
  expect(chats.taken[1]?.id).toBe((body as {id: string}).id);
  expect([...new Set(usual.taken.map(({type}) => type))].sort()).toEqual([
    'parley.room.created',
    'parley.room.member',
    'parley.room.updated',
    'parley.session.opened',
  ]);
});
