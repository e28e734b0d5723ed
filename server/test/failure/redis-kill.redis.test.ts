import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {runMain, spawnNode} from '../spawn-node.js';
import {SteadyConversation} from './steady-conversation.js';

test('[FEED6] Redis killed for 2 s under 100 messages a second: 0 lost, 0 doubled, both nodes up, nobody disconnected', async () => {
  await using redis = await startRedis({appendonly: true});
  await using first = await spawnNode({REDIS_URL: redis.url});
  await using second = await spawnNode({REDIS_URL: redis.url});
  await using conversation = await SteadyConversation.open([first, second], 4);

  await conversation.write(100, 9, async () => {
    await redis.kill();
    await pause(2_000);
    await redis.start();
  });
  await conversation.verify();

  for (const node of [first, second]) {
    expect(node.process.exitCode).toBeNull();
    expect(node.output()).not.toMatch(/unhandledRejection|"level":60/);
    await expect.poll(async () => (await fetch(`${node.opsUrl}/ready`)).status).toBe(200);
  }
  expect(conversation.members.map((member) => member.returns)).toEqual(conversation.members.map(() => 0));
});

test('[FEED6] while Redis is away a stored send is refused with a retry time, the node stays up and says that it is not ready', async () => {
  await using redis = await startRedis({appendonly: true});
  await using node = await spawnNode({REDIS_URL: redis.url});
  await using ann = await connectBare(node, {user: 'ann'});
  await ann.request('room.create', {room: 'lobby'});
  await ann.request('room.join', {room: 'lobby'});
  await redis.kill();
  // Before the node has noticed, the outcome of what it sends is unknown, and the code says so.
  await expect.poll(async () => (await fetch(`${node.opsUrl}/ready`)).status).toBe(503);

  const message = {room: 'lobby', id: 'm1', text: 'hello'};
  const refused = await ann.ask('chat.send', message);
  expect(refused).toMatchObject({ok: false, error: {code: 'unavailable', retryable: true}});
  expect(refused.ok ? 0 : refused.error.retryAfterMs).toBeGreaterThan(0);
  expect((await fetch(`${node.opsUrl}/live`)).status).toBe(200);

  await redis.start();
  await expect.poll(async () => (await ann.ask('chat.send', message)).ok, {timeout: 10_000}).toBe(true);
  await ann.next('chat.message');
  expect(ann.all('chat.message')).toHaveLength(1);
});

test('[FEED5] a Redis that comes back empty is no silent hole: the members are told that continuity is lost', async () => {
  await using redis = await startRedis();
  await using node = await spawnNode({REDIS_URL: redis.url});
  await using ann = await connectBare(node, {user: 'ann'});
  await ann.request('room.create', {room: 'lobby'});
  const {epoch} = await ann.request<{epoch: string}>('room.join', {room: 'lobby'});
  await ann.request('chat.send', {room: 'lobby', id: 'm1', text: 'hello'});
  await ann.next('chat.message');
  await redis.kill();
  await redis.startEmpty();

  const reset = await ann.next<{epoch: string; recovered: boolean}>('room.reset');
  expect(reset.recovered).toBe(false);
  expect(reset.epoch).not.toBe(epoch);
});

test('Redis unreachable at the start is one sentence and an exit code', async () => {
  const {code, output} = await runMain({REDIS_URL: 'redis://127.0.0.1:1'});
  expect(code).not.toBe(0);
  expect(output).toMatch(/Redis/);
  expect(output).not.toMatch(/\n\s+at /);
});
