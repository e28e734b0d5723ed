import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {ops} from '../ops.js';
import {startRedis} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';
import {callApi} from './call-api.js';

const withinMs = {timeout: 20_000, interval: 50};

async function readiness(node: TestNode): Promise<unknown> {
  const answer = await fetch(`${node.opsUrl}/ready`);
  return {code: answer.status, ...((await answer.json()) as object)};
}

test('[OPS3] a node is not ready while Redis is away, lives on, and is ready again after its return', async () => {
  await using redis = await startRedis({appendonly: true});
  await using node = await startNode({env: {REDIS_URL: redis.url}});
  expect(await readiness(node)).toMatchObject({
    code: 200,
    status: 'ready',
    dependencies: {redis: {usable: true, required: true}},
  });

  await redis.kill();
  await expect
    .poll(() => readiness(node), withinMs)
    .toMatchObject({code: 503, status: 'unready', dependencies: {redis: {usable: false}}});
  expect((await fetch(`${node.opsUrl}/live`)).status).toBe(200);
  expect(await (await fetch(`${node.opsUrl}/metrics`)).text()).toContain('parley_redis_up 0');

  await redis.start();
  await expect.poll(() => readiness(node), withinMs).toMatchObject({code: 200, status: 'ready'});
  expect(await (await fetch(`${node.opsUrl}/metrics`)).text()).toContain('parley_redis_up 1');
});

test('[PUSH2] a push that cannot be stored is refused with a time to wait, and the same key stores it once later', async () => {
  await using redis = await startRedis({appendonly: true});
  await using node = await startNode({env: {REDIS_URL: redis.url}});
  await using client = await connectBare(node, {user: 'ana'});
  await client.request('room.create', {room: 'shop'});
  await client.request('room.join', {room: 'shop'});
  const push = {target: {room: 'shop'}, topic: 'sold', data: 1, store: true, key: 'order-7'};

  await redis.kill();
  const refused = await callApi(node, '/v1/push', push);
  expect(refused).toMatchObject({status: 503, body: {code: 'unavailable', retryable: true}});
  expect(refused.body['retryAfterMs']).toBeGreaterThan(0);

  await redis.start();
  await expect.poll(() => callApi(node, '/v1/push', push), withinMs).toMatchObject({status: 200});
  expect(await callApi(node, '/v1/push', push)).toMatchObject({status: 200, body: {repeated: true}});
  await client.next('push.stored');
  const {body} = await callApi(node, '/v1/rooms/shop/history');
  const stored = (body['events'] as {event: string}[]).filter(({event}) => event === 'push.stored');
  expect(stored).toHaveLength(1);
  expect(client.all('push.stored')).toHaveLength(1);
});

test('[PERM11] roles and groups through one node take effect on sessions of another over Redis', async () => {
  await using redis = await startRedis();
  await using here = await startNode({env: {REDIS_URL: redis.url}});
  await using there = await startNode({env: {REDIS_URL: redis.url}});
  const backend = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    ops(here, method, `/v1${path}`, body);
  await backend('POST', '/rooms', {room: 'ticket', access: 'private'});
  await backend('PUT', '/rooms/ticket/members/ana', {role: 'guest'});
  await backend('POST', '/groups', {group: 'support'});
  await backend('PUT', '/rooms/ticket/groups/support', {role: 'moderator'});
  await using ana = await connectBare(there, {user: 'ana'});
  await using bob = await connectBare(there, {user: 'bob'});
  const join = (client: typeof ana) => client.ask('room.join', {room: 'ticket'});
  const say = (client: typeof ana, id: string) => client.ask('chat.send', {room: 'ticket', id, text: id});
  expect(await join(ana)).toMatchObject({ok: true, data: {standing: {role: 'guest'}}});
  expect(await join(bob)).toMatchObject({error: {code: 'unknown_room'}});

  await backend('POST', '/groups/support/users/add', {users: ['ana', 'bob']});
  expect(await join(bob)).toMatchObject({ok: true, data: {standing: {role: 'moderator'}}});
  expect(await say(ana, 'm1')).toMatchObject({ok: true});
  expect((await backend('DELETE', '/groups/support')).status).toBe(204);
  expect(await say(ana, 'm2')).toMatchObject({error: {code: 'forbidden'}});
  expect(await say(bob, 'm3')).toMatchObject({error: {code: 'unknown_room'}});
  expect(bob.events.at(-1)).toEqual({name: 'room.removed', payload: {room: 'ticket', reason: 'closed'}});
  await backend('PUT', '/rooms/ticket/members/ana', {role: 'member'});
  expect(await say(ana, 'm4')).toMatchObject({ok: true});
  expect((await backend('DELETE', '/rooms/ticket/members/ana')).status).toBe(204);
  expect(await say(ana, 'm5')).toMatchObject({error: {code: 'unknown_room'}});
  // Of a deleted group nothing is left.
  expect(await redis.command('KEYS', '*group*')).toBe('*0\r\n');
});

test('[PUSH1] pushes and kicks through one node reach sessions on another over Redis', async () => {
  await using redis = await startRedis();
  await using here = await startNode({env: {REDIS_URL: redis.url}});
  await using there = await startNode({env: {REDIS_URL: redis.url}});
  await using client = await connectBare(there, {user: 'ana'});
  await client.request('room.create', {room: 'square'});
  await client.request('room.join', {room: 'square'});
  const {session} = await client.next<{session: string}>('session.ready');
  const targets = [{user: 'ana'}, {session}, {room: 'square'}, {all: true}];
  for (const [n, target] of targets.entries()) {
    expect(await callApi(here, '/v1/push', {target, topic: 'hello', data: n})).toMatchObject({body: {reached: 1}});
    await client.next('push.event', ({data}: {data: unknown}) => data === n);
  }
  expect(await callApi(here, '/v1/users/ana/kick', {})).toEqual({status: 200, body: {sessions: 1}});
  await client.closed();
});
