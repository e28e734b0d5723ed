import {expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {connectBare, type BareClient} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {startRedis} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';
import {startProxy} from '../store/tcp-proxy.js';

const times = {PARLEY_HEARTBEAT: '200ms', PARLEY_NODE_TIMEOUT: '1s', PARLEY_LEASE: '1s'};

/** What a client was told of presence, change by change. */
const changesOf = (client: BareClient): string[] =>
  client
    .all<{users: {user: string; status: string}[]}>('presence.changed')
    .flatMap(({users}) => users.map(({user, status}) => `${user} ${status}`));

async function statusOf(node: TestNode, user: string): Promise<readonly string[]> {
  const {body} = await callApi(node, `/v1/users/${user}/sessions`);
  return (body['sessions'] as {state: string}[]).map(({state}) => state);
}

test('[SES9] a node that was cut off and taken for dead closes what was ended or resumed elsewhere meanwhile, and keeps the rest', async () => {
  await using redis = await startRedis();
  await using line = await startProxy(redis.port);
  const cutOff = {...times, PARLEY_NODE_NAME: 'cutoff', REDIS_URL: `redis://127.0.0.1:${line.port}`};
  await using lonely = await startNode({env: cutOff});
  await using other = await startNode({env: {...times, PARLEY_NODE_NAME: 'other', REDIS_URL: redis.url}});

  await using watcher = await connectBare(other, {user: 'watcher'});
  await watcher.request('room.create', {room: 'den'});
  await using kicked = await connectBare(lonely, {user: 'kicked'});
  await using moved = await connectBare(lonely, {user: 'moved'});
  await using stayed = await connectBare(lonely, {user: 'stayed'});
  for (const client of [watcher, kicked, moved, stayed]) await client.request('room.join', {room: 'den'});
  await watcher.request('presence.room.subscribe', {room: 'den'});

  line.cut();
  for (const user of ['kicked', 'moved', 'stayed'])
    await eventually(
      async () => (await statusOf(other, user))[0] === 'away',
      `the node of ${user} to be taken for dead`,
    );
  await watcher.until(() => changesOf(watcher).includes('stayed away'), 'the one who stayed to be told as away');
  expect(await callApi(other, '/v1/users/kicked/kick', {})).toMatchObject({body: {sessions: 1}});
  const [{session, key}] = moved.all<{session: string; key: string}>('session.ready') as [
    {session: string; key: string},
  ];
  await using _elsewhere = await connectBare(other, {
    user: 'moved',
    auth: {attempt: 1, resume: {session, key, rooms: {}}},
  });
  line.mend();

  await moved.next('session.closing', ({reason}) => reason === 'replaced');
  await kicked.next('session.closing', ({reason}) => reason === 'node_lost');
  await kicked.closed();
  await watcher.until(() => changesOf(watcher).includes('stayed online'), 'the one who stayed to be told as online');
  await eventually(async () => (await statusOf(other, 'stayed'))[0] === 'connected', 'the session to be connected');
  await watcher.request('chat.send', {room: 'den', id: 'after', text: 'still here?'});
  await stayed.next('chat.message', ({id}) => id === 'after');
  expect(stayed.all('room.reset')).toEqual([]);
  expect(kicked.all<{id: string}>('chat.message').map(({id}) => id)).toEqual([]);
});

test('[PRES2] that a node is lost is told once to each room, though several nodes find out', async () => {
  await using redis = await startRedis();
  await using line = await startProxy(redis.port);
  await using lonely = await startNode({env: {...times, REDIS_URL: `redis://127.0.0.1:${line.port}`}});
  await using here = await startNode({env: {...times, REDIS_URL: redis.url}});
  await using there = await startNode({env: {...times, REDIS_URL: redis.url}});
  await using ann = await connectBare(here, {user: 'ann'});
  await using ben = await connectBare(there, {user: 'ben'});
  const users = Array.from({length: 20}, (_, n) => `user${n}`);
  const lost = await Promise.all(users.map((user) => connectBare(lonely, {user})));
  await ann.request('room.create', {room: 'den'});
  for (const client of [ann, ben, ...lost]) await client.request('room.join', {room: 'den'});
  for (const client of [ann, ben]) {
    await client.request('presence.room.subscribe', {room: 'den'});
    await client.until(() => client.all('presence.members').length === 1, 'the state');
  }
  line.cut();
  const told = (client: BareClient): string[] => changesOf(client).filter((change) => change.endsWith(' away'));
  for (const client of [ann, ben]) await client.until(() => told(client).length >= users.length, 'all to be away');
  // What was told twice would have come by the time that something newer has.
  await using _late = await connectBare(there, {user: 'ben'});
  await ann.request('chat.send', {room: 'den', id: 'last', text: 'x'});
  for (const client of [ann, ben]) {
    await client.next('chat.message', ({id}) => id === 'last');
    expect(told(client).sort()).toEqual(users.map((user) => `${user} away`).sort());
  }
  for (const client of lost) client.close();
  line.mend();
});

test('[PUSH1] a Redis that came back without its sessions: whoever it cannot name any more is asked to come back', async () => {
  await using redis = await startRedis();
  await using node = await startNode({env: {...times, REDIS_URL: redis.url}});
  await using client = await connectBare(node, {user: 'ann'});
  await redis.kill();
  await redis.startEmpty();
  await client.next('session.closing', ({reason}) => reason === 'node_lost');
  const [{session, key}] = client.all<{session: string; key: string}>('session.ready') as [
    {session: string; key: string},
  ];
  await using again = await connectBare(node, {user: 'ann', auth: {attempt: 1, resume: {session, key, rooms: {}}}});
  expect(again.all('session.ready')).toMatchObject([{resumed: false}]);
  const push = {target: {user: 'ann'}, topic: 'x', data: 1};
  expect(await callApi(node, '/v1/push', push)).toMatchObject({status: 200, body: {reached: 1}});
});
