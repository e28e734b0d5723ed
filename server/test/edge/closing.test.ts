import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {kickUser} from '../ops.js';
import {RawClient} from '../raw-client.js';
import {startNode} from '../start-node.js';

/** Frames after the first `session.closing`, the disconnect packet of Socket.IO aside, which is no event. */
const afterFarewell = (client: RawClient): string[] => {
  const farewell = client.frames.findIndex((frame) => frame.startsWith('42["session.closing"'));
  expect(farewell).toBeGreaterThanOrEqual(0);
  return client.frames.slice(farewell + 1).filter((frame) => frame !== '41');
};

test('[CON11] nothing follows session.closing on the wire, room traffic of that moment included', async () => {
  await using node = await startNode({env: {PARLEY_REQUESTS_PER_SECOND: '100000'}});
  await using eve = await RawClient.connect(node, 'eve');
  await using ann = await connectBare(node, {user: 'ann'});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  eve.request(1, 'room.join', {room: 'den'});
  expect(await eve.answer(1)).toMatchObject({ok: true});

  // Twenty senders that go on until the kicked one is gone: messages are under way at every moment of the kick.
  let sent = 0;
  let going = true;
  const senders = Array.from({length: 20}, async () => {
    while (going) await ann.request('chat.send', {room: 'den', id: `m${sent++}`, text: 'x'.repeat(200)});
  });
  await eve.until(() => eve.events('chat.message').length > 50);
  expect(await kickUser(node, 'eve')).toEqual({sessions: 1});
  const end = await eve.end();
  going = false;
  await Promise.all(senders);

  expect(eve.closing).toMatchObject({code: closeCodes.kicked.code, reason: 'kicked'});
  expect(afterFarewell(eve)).toEqual([]);
  expect(end).toEqual({code: closeCodes.kicked.code, reason: 'kicked'});
  // It heard the beginning and not the end, and the other one heard everything.
  expect(eve.events('chat.message').length).toBeLessThan(sent);
  await ann.until(() => ann.all('chat.message').length === sent, 'all messages');
});

test('[CON11] a client that is told not to come back gets a disconnect packet, so that bare clients stay away', async () => {
  await using node = await startNode();
  await using eve = await connectBare(node, {user: 'eve', io: {reconnection: true, reconnectionDelay: 10}});
  const reasons: string[] = [];
  eve.socket.on('disconnect', (reason) => reasons.push(reason));

  await kickUser(node, 'eve');
  await eve.closed();

  expect(reasons).toEqual(['io server disconnect']);
  expect(eve.socket.active).toBe(false);
  expect(eve.events.at(-1)?.name).toBe('session.closing');
});

test('[CON11] a client that is told to come back only loses its transport, so that bare clients come back', async () => {
  await using node = await startNode();
  await using ann = await connectBare(node, {io: {reconnection: true, reconnectionDelay: 60_000}});
  const reasons: string[] = [];
  ann.socket.on('disconnect', (reason) => reasons.push(reason));

  await node.close();
  await ann.closed();

  expect(reasons).toEqual(['transport close']);
  expect(ann.socket.active).toBe(true);
  expect(ann.events.at(-1)).toMatchObject({name: 'session.closing', payload: {code: 4000, reason: 'draining'}});
});

test('[CON11] a long-polling client gets session.closing as its last event too', async () => {
  await using node = await startNode();
  await using eve = await connectBare(node, {user: 'eve', transports: ['polling']});

  await kickUser(node, 'eve');
  await eve.closed();

  expect(eve.events.at(-1)).toMatchObject({name: 'session.closing', payload: {reason: 'kicked'}});
});

test('[CON13] the WebSocket close code is that of session.closing', async () => {
  await using node = await startNode();
  await using ann = await RawClient.connect(node, 'ann');

  await node.close();

  expect((await ann.end()).code).toBe(closeCodes.draining.code);
  expect(ann.closing?.code).toBe(closeCodes.draining.code);
  expect(ann.closing?.retryAfterMs).toBeGreaterThan(0);
});
