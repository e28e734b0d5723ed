import {connect} from '@parley/client';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {StallMeter} from '../chaos/stall-meter.js';
import {connectBare, refusedBare, type BareClient} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {signToken, startNode, type TestNode} from '../start-node.js';
import {startProxy} from '../store/tcp-proxy.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const times = {PARLEY_HEARTBEAT: '200ms', PARLEY_NODE_TIMEOUT: '1s', PARLEY_LEASE: '1s'};
const aMinuteAgo = (): number => Math.floor(Date.now() / 1_000) - 60;

test('[TOK5] over the API of one node a user’s clients of another are closed for good, and the SDK stays away', async () => {
  const env = {...times, REDIS_URL: redis.url, PARLEY_REDIS_PREFIX: 'tokens1:'};
  await using one = await startNode({env});
  await using two = await startNode({env});
  await eventually(async () => ((await callApi(one, '/v1/info')).body['nodes'] as unknown[]).length === 2, 'two nodes');
  const token = await signToken('ann', 'Ann', {iat: aMinuteAgo()});
  await using bare = await connectBare(two, {token});
  await using sdk = connect({url: two.url, token: () => token});
  await sdk.ready;
  await using bob = await connectBare(two, {token: await signToken('bob', 'Bob', {iat: aMinuteAgo()})});

  expect(await callApi(one, '/v1/tokens/revoke', {user: 'ann'})).toMatchObject({status: 200, body: {sessions: 2}});

  expect(await bare.next('session.closing')).toMatchObject({code: 4508, reason: 'token_revoked'});
  await bare.closed();
  await eventually(() => sdk.state.status === 'closed', 'the SDK to be closed');
  expect(sdk.state).toMatchObject({reason: 'token_revoked'});
  expect(bob.socket.connected).toBe(true);
  const [{session, key}] = bare.all<{session: string; key: string}>('session.ready') as [
    {session: string; key: string},
  ];
  const resume = {session, key, rooms: {}};
  for (const node of [one, two]) {
    expect(await refusedBare(node, {token, auth: {resume}})).toMatchObject({
      message: 'token_revoked',
      data: {code: 'token_revoked', closeCode: 4508},
    });
  }
  await using back = await connectBare(two, {
    token: await signToken('ann', 'Ann', {iat: Math.floor(Date.now() / 1_000) + 1}),
    auth: {resume},
  });
  expect(back.all('session.ready')).toMatchObject([{resumed: false}]);
});

test('[TOK5] by id, of a user and of everybody: closed on every node within a second of being asked for', async () => {
  const env = {...times, REDIS_URL: redis.url, PARLEY_REDIS_PREFIX: 'tokens3:'};
  using stalls = new StallMeter(() => (redis.pid === undefined ? [] : [redis.pid]));
  const nodes = [await startNode({env}), await startNode({env}), await startNode({env})];
  try {
    const [asked] = nodes as [TestNode];
    await eventually(
      async () => ((await callApi(asked, '/v1/info')).body['nodes'] as unknown[]).length === 3,
      '3 nodes',
    );
    const iat = aMinuteAgo();
    const connectAll = async (user: string, jti?: string): Promise<BareClient[]> =>
      Promise.all(nodes.map(async (node) => connectBare(node, {token: await signToken(user, user, {iat, jti})})));
    const newer = await connectBare(asked, {token: await signToken('ann', 'Ann', {iat: iat + 50})});
    const everybody = {issuedBefore: (iat + 10) * 1_000};
    for (const [clients, revocation] of [
      [await connectAll('bob', 'leaked'), {tokenId: 'leaked'}],
      [await connectAll('eve'), {user: 'eve'}],
      [[...(await connectAll('ann')), ...(await connectAll('zoe'))], everybody],
    ] as const) {
      const since = stalls.begin();
      expect(await callApi(asked, '/v1/tokens/revoke', revocation)).toMatchObject({body: {sessions: clients.length}});
      await Promise.all(clients.map((client) => client.next('session.closing', ({code}) => code === 4508)));
      expect(since().calmMs).toBeLessThan(1_000);
    }
    expect(newer.socket.connected).toBe(true);
    newer.close();
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});

test('[TOK6] a node that was cut off from Redis closes what was revoked meanwhile when it is back, and keeps the rest', async () => {
  await using line = await startProxy(redis.port);
  const env = {...times, PARLEY_REDIS_PREFIX: 'tokens2:'};
  await using lonely = await startNode({env: {...env, REDIS_URL: `redis://127.0.0.1:${line.port}`}});
  await using other = await startNode({env: {...env, REDIS_URL: redis.url}});
  await using leaked = await connectBare(lonely, {token: await signToken('ann', 'Ann', {jti: 'leaked'})});
  await using kept = await connectBare(lonely, {token: await signToken('ann', 'Ann', {jti: 'kept'})});

  line.cut();
  // Whether the other node still counts on this one or has given it up: it is not told.
  expect((await callApi(other, '/v1/tokens/revoke', {tokenId: 'leaked'})).body).toEqual({sessions: 0});
  expect(leaked.socket.connected).toBe(true);
  line.mend();

  await leaked.next('session.closing', ({reason}) => reason === 'token_revoked');
  expect(kept.socket.connected).toBe(true);
  // The other node’s word may get through before commands do.
  await eventually(async () => (await kept.ask('session.list', {})).ok, 'the other session to go on');
});
