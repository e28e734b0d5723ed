import {expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {connectBare} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';

/** To which nodes words were said: each PUBLISH to a node's own channel is a request, or its answer. */
async function wordsToNodes(
  redis: Awaited<ReturnType<typeof startRedis>>,
  deed: () => Promise<void>,
): Promise<string[]> {
  await redis.command('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
  await redis.command('CONFIG', 'SET', 'slowlog-max-len', '10000');
  await redis.command('SLOWLOG', 'RESET');
  await deed();
  const log = await redis.command('SLOWLOG', 'GET', '10000');
  return [...log.matchAll(/parley:node:\{([^}]+)\}:channel/g)].map(([, node = '']) => node);
}

test('[PRES3] with a node frozen, queries of presence, members, sessions and rooms are answered right, and no node is asked', async () => {
  await using redis = await startRedis();
  // Long enough that the frozen node is not taken for dead meanwhile.
  const env = {REDIS_URL: redis.url, PARLEY_NODE_TIMEOUT: '1m', PARLEY_LEASE: '1m'};
  await using frozen = await spawnNode({...env, PARLEY_NODE_NAME: 'frozen'});
  await using asked = await spawnNode({...env, PARLEY_NODE_NAME: 'asked'});
  await using ann = await connectBare(asked, {user: 'ann'});
  await using there = await connectBare(frozen, {user: 'ben', auth: {device: 'phone'}});
  await ann.request('room.create', {room: 'den'});
  await ann.request('room.join', {room: 'den'});
  await there.request('room.join', {room: 'den'});
  await ann.request('chat.send', {room: 'den', id: 'm1', text: 'hello'});

  frozen.process.kill('SIGSTOP');
  const words = await wordsToNodes(redis, async () => {
    const ben = {user: 'ben', status: 'online', devices: [{device: 'phone', status: 'online'}]};
    expect(await ann.request('presence.get', {users: ['ben']})).toEqual({users: [ben], hidden: []});
    expect(await ann.request('room.members', {room: 'den'})).toMatchObject({
      members: [
        {user: 'ann', presence: 'online'},
        {user: 'ben', presence: 'online'},
      ],
    });
    expect(await ann.request('presence.room.subscribe', {room: 'den'})).toEqual({mode: 'members'});
    expect((await callApi(asked, '/v1/users/ben/presence')).body).toEqual(ben);
    expect((await callApi(asked, '/v1/presence', {users: ['ben', 'eve']})).body).toMatchObject({
      users: [ben, {user: 'eve', status: 'offline'}],
    });
    expect((await callApi(asked, '/v1/users/ben/sessions')).body).toMatchObject({
      sessions: [{user: 'ben', state: 'connected', node: frozen.node}],
    });
    expect((await callApi(asked, '/v1/rooms/den/presence')).body).toMatchObject({
      members: [{user: 'ann'}, {user: 'ben', presence: 'online'}],
    });
    expect((await callApi(asked, '/v1/rooms/den/history')).body).toMatchObject({events: [{}, {}, {}]});
  });
  frozen.process.kill('SIGCONT');
  expect(words).not.toContain(frozen.node);
  // What does ask a node is seen by the same means.
  const asking = await wordsToNodes(redis, async () => {
    await callApi(asked, '/v1/push', {target: {user: 'ben'}, topic: 'hello', data: 1});
  });
  expect(asking).toContain(frozen.node);
});
