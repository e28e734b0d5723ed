import {ParleyError} from '@parley/protocol';
import {StoredEntry} from '@parley/signaling';
import {expect, test} from 'vitest';
import {openOps} from './open-ops.js';

const push = {target: {user: 'ana'}, topic: 'order.shipped', data: {order: 7}};

test.each([{user: 'ana'}, {group: 'staff'}, {session: '0123456789'}, {room: 'lobby'}, {all: true}])(
  '[PUSH1] a push to %o is handed on as it is, and the answer says how many it reached',
  async (target) => {
    await using ops = await openOps();
    const answer = await ops.call('POST', '/v1/push', {...push, target});
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({id: 'p1', addressed: 3, reached: 2, repeated: false});
    expect(ops.backstage.pushes).toEqual([{target, topic: 'order.shipped', data: {order: 7}, store: false}]);
  },
);

test.each([null, false, 0, '', [], {}, [[{deep: [null]}]]])('[PUSH1] %j is data like any other', async (data) => {
  await using ops = await openOps();
  expect((await ops.call('POST', '/v1/push', {...push, data})).status).toBe(200);
  expect(ops.backstage.pushes[0]?.data).toEqual(data);
});

test('[PUSH2] a stored push is answered with its place in the feed', async () => {
  await using ops = await openOps();
  const answer = await ops.call('POST', '/v1/push', {...push, target: {room: 'lobby'}, store: true});
  expect(await answer.json()).toEqual({id: 'p1', addressed: 3, reached: 2, repeated: false, epoch: 'e1', offset: 1});
});

test('[PUSH3] the idempotency key is the body’s or the header’s, which may be quoted', async () => {
  await using ops = await openOps();
  await ops.call('POST', '/v1/push', {...push, key: 'order-7'});
  await ops.call('POST', '/v1/push', push, {'idempotency-key': 'order-7'});
  await ops.call('POST', '/v1/push', push, {'idempotency-key': '"order-7"'});
  await ops.call('POST', '/v1/push', {...push, key: 'order-7'}, {'idempotency-key': 'order-7'});
  expect(ops.backstage.pushes.map(({key}) => key)).toEqual(['order-7', 'order-7', 'order-7', 'order-7']);
});

test('[PUSH3] two keys that differ, or a malformed one, are refused', async () => {
  await using ops = await openOps();
  const both = await ops.call('POST', '/v1/push', {...push, key: 'order-7'}, {'idempotency-key': 'order-8'});
  expect(await both.json()).toMatchObject({code: 'invalid_payload', field: 'key'});
  const malformed = await ops.call('POST', '/v1/push', push, {'idempotency-key': 'no blanks'});
  expect(await malformed.json()).toMatchObject({code: 'invalid_payload', field: 'idempotency-key'});
  expect(ops.backstage.pushes).toEqual([]);
});

const entry = (offset: number): StoredEntry =>
  new StoredEntry('chat.message', 'e1', offset, 5, JSON.stringify({text: `${offset}`}));

test.each([
  ['', {limit: 50}, [9, 10], true],
  ['?limit=2', {limit: 2}, [9, 10], true],
  ['?before=3', {limit: 50, before: 3}, [1, 2], false],
  ['?after=0', {limit: 50, after: 0}, [1, 2], true],
  ['?after=8&limit=200', {limit: 200, after: 8}, [9, 10], false],
  ['?after=10', {limit: 50, after: 10}, [], false],
])('[CHAT5] history%s is a page of events as clients receive them', async (query, asked, offsets, more) => {
  await using ops = await openOps();
  ops.backstage.page = {epoch: 'e1', head: 10, tail: 1, entries: offsets.map(entry)};
  const answer = await ops.call('GET', `/v1/rooms/lobby/history${query}`);
  expect(await answer.json()).toEqual({
    epoch: 'e1',
    head: 10,
    events: offsets.map((offset) => ({
      event: 'chat.message',
      payload: {text: `${offset}`, room: 'lobby', epoch: 'e1', offset, at: 5},
    })),
    more,
  });
  expect(ops.backstage.queries).toEqual([asked]);
});

test('[SES11] a user’s sessions are told with node, state, rooms and call', async () => {
  await using ops = await openOps();
  const session = {
    session: '0123456789',
    user: 'ana',
    name: 'Ana',
    node: 'a-1',
    state: 'away' as const,
    createdAt: 5,
    seenAt: 6,
    rooms: ['lobby'],
    call: 'lobby',
  };
  // Whom it follows and what it stands on is nobody else's business.
  const held = {...session, token: {tokenId: 'not told'}, following: {rooms: ['lobby'], users: ['bob']}};
  ops.backstage.sessions = [held];
  ops.backstage.seenAt = 7;
  expect(await (await ops.call('GET', '/v1/users/ana/sessions')).json()).toEqual({sessions: [session], seenAt: 7});
});

test('[SES9] kicks are handed on with their message, if there is one', async () => {
  await using ops = await openOps();
  await ops.call('POST', '/v1/users/ana/kick');
  await ops.call('POST', '/v1/users/ana/kick', {});
  const answer = await ops.call('POST', '/v1/sessions/0123456789/kick', {message: 'The game is over.'});
  expect(await answer.json()).toEqual({sessions: 1});
  expect(ops.backstage.kicks).toEqual([
    {target: {user: 'ana'}},
    {target: {user: 'ana'}},
    {target: {session: '0123456789'}, message: 'The game is over.'},
  ]);
});

test('[SES9] kicking nobody is fine for a user, and unknown for a session', async () => {
  await using ops = await openOps();
  ops.backstage.kicked = 0;
  const user = await ops.call('POST', '/v1/users/ana/kick');
  expect([user.status, await user.json()]).toEqual([200, {sessions: 0}]);
  const session = await ops.call('POST', '/v1/sessions/0123456789/kick');
  expect([session.status, await session.json()]).toMatchObject([404, {code: 'unknown_session'}]);
});

test('[PUSH10] what became of a push is asked by its id, and one that is not known is not found', async () => {
  await using ops = await openOps();
  const answer = await ops.call('GET', '/v1/pushes/p_1');
  expect([answer.status, await answer.json()]).toMatchObject([200, {id: 'p_1', acknowledged: 2, waiting: 0}]);
  ops.backstage.failure = new ParleyError('unknown_push');
  expect((await ops.call('GET', '/v1/pushes/p_2')).status).toBe(404);
});
