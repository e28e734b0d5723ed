import {afterEach, beforeEach, expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {connectBare, refusedBare, type Refused} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {signToken, startNode, type TestNode} from '../start-node.js';
import {startProxy} from '../store/tcp-proxy.js';

let redis: RedisServer;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis[Symbol.asyncDispose]());

const times = {PARLEY_HEARTBEAT: '200ms', PARLEY_NODE_TIMEOUT: '1s', PARLEY_LEASE: '1s'};
const start = (port = redis.port): Promise<TestNode> =>
  startNode({env: {...times, REDIS_URL: `redis://127.0.0.1:${port}`}});

/** Tries again while the node says that its store is away; a connection that is let in is the failure looked for. */
async function refusedAtOnce(node: TestNode, token: string): Promise<Refused> {
  for (;;) {
    const refusal = await refusedBare(node, {token});
    if (refusal.data.code !== 'unavailable') return refusal;
  }
}

test('[TOK7] what a Redis that restarts empty has forgotten is put back, by nodes that know it only from Redis, too', async () => {
  const aMinuteAgo = Math.floor(Date.now() / 1_000) - 60;
  const [leaked, old, fine] = await Promise.all([
    signToken('bob', 'Bob', {jti: 'leaked'}),
    signToken('ann', 'Ann', {iat: aMinuteAgo}),
    signToken('bob', 'Bob', {jti: 'fine'}),
  ]);
  const [one, two] = [await start(), await start()];
  expect((await callApi(one, '/v1/tokens/revoke', {tokenId: 'leaked'})).status).toBe(200);
  expect((await callApi(two, '/v1/tokens/revoke', {user: 'ann'})).status).toBe(200);
  // These two come when it is done, and those who did it go.
  await using late = await start();
  await using later = await start();
  await Promise.all([one.close(), two.close()]);

  await redis.kill();
  await redis.startEmpty();
  const nodes = [late, later, await start()];
  await using _newest = nodes[2];
  for (const node of nodes) {
    const refusals = await Promise.all([refusedAtOnce(node, leaked), refusedAtOnce(node, old)]);
    expect(refusals.map(({message}) => message)).toEqual(['token_revoked', 'token_revoked']);
    await using _bob = await connectBare(node, {token: fine});
  }
  const restored = await Promise.all(
    nodes.map(async ({opsUrl}) => {
      const text = await (await fetch(`${opsUrl}/metrics`)).text();
      return Number(/^parley_revocations_restored_total (\d+)/m.exec(text)?.[1]);
    }),
  );
  // Each was put back once, by whoever came first.
  expect(restored.reduce((sum, count) => sum + count)).toBe(2);
});

test('[TOK7] a client that was let in while nobody who knew better was there is closed when somebody is back', async () => {
  await using line = await startProxy(redis.port);
  await using knowing = await start(line.port);
  expect((await callApi(knowing, '/v1/tokens/revoke', {tokenId: 'leaked'})).status).toBe(200);
  line.cut();
  await redis.kill();
  await redis.startEmpty();
  await using unknowing = await start();
  await using leaked = await connectBare(unknowing, {token: await signToken('ann', 'Ann', {jti: 'leaked'})});
  await using kept = await connectBare(unknowing, {token: await signToken('ann', 'Ann', {jti: 'kept'})});
  line.mend();
  await leaked.next('session.closing', ({reason}) => reason === 'token_revoked');
  await eventually(() => !leaked.socket.connected, 'the end of the connection');
  expect(kept.socket.connected).toBe(true);
});
