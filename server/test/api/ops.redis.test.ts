import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
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
  await expect.poll(() => callApi(node, '/v1/push', push), withinMs).toMatchObject({status: 200, body: {reached: 1}});
  expect(await callApi(node, '/v1/push', push)).toMatchObject({status: 200, body: {repeated: true}});
  await client.next('push.stored');
  const {body} = await callApi(node, '/v1/rooms/shop/history');
  const stored = (body['events'] as {event: string}[]).filter(({event}) => event === 'push.stored');
  expect(stored).toHaveLength(1);
  expect(client.all('push.stored')).toHaveLength(1);
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
