import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {startNode} from '../start-node.js';
import {callApi} from './call-api.js';

test('[PUSH3] one key, a hundred times at once over two nodes: one event, one answer', async () => {
  await using redis = await startRedis();
  await using here = await startNode({env: {REDIS_URL: redis.url}});
  await using there = await startNode({env: {REDIS_URL: redis.url}});
  await using client = await connectBare(there, {user: 'ana'});
  await client.request('room.create', {room: 'shop'});
  await client.request('room.join', {room: 'shop'});
  const pushes = [
    {target: {user: 'ana'}, topic: 'user', data: 1, key: 'to-user'},
    {target: {all: true}, topic: 'all', data: 1, key: 'to-all'},
    {target: {room: 'shop'}, topic: 'room', data: 1, store: true, key: 'to-room'},
  ];
  for (const push of pushes) {
    const answers = await Promise.all(
      Array.from({length: 100}, (_, index) => callApi(index % 2 === 0 ? here : there, '/v1/push', push)),
    );
    expect(new Set(answers.map(({status}) => status))).toEqual(new Set([200]));
    expect(answers.filter(({body}) => body['repeated'] === false)).toHaveLength(1);
    const told = answers.map(({body: {repeated: _, ...answer}}) => JSON.stringify(answer));
    expect(new Set(told).size).toBe(1);
  }
  // What was sent to the client before this answer is there by now.
  await client.request('session.list');
  expect(client.all<{topic: string}>('push.event').map(({topic}) => topic)).toEqual(['user', 'all']);
  expect(client.all('push.stored')).toHaveLength(1);
});
