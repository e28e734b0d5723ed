import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {startNats, withoutNats, type NatsServer} from '../nats-server.js';
import {startRedis} from '../redis-server.js';
import {startNode, type TestNode} from '../start-node.js';
import type {Fields, TestDoor} from './contract/door.js';
import {grpcDoor} from './contract/grpc-door.js';
import {httpDoor} from './contract/http-door.js';
import {natsBackend, toldBy, whenNats} from './nats-client.js';

const times = 100;

/** Through whichever of the nodes NATS gives it to. */
async function natsDoor(server: string): Promise<Pick<TestDoor, 'ask' | typeof Symbol.asyncDispose>> {
  const backend = await natsBackend(server);
  return {
    ask: async (verb, fields) =>
      toldBy(await backend.ask(verb === 'batch' ? 'parley.v1.batch' : 'parley.v1.push', fields)),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** In turn through each node and each way to push: over HTTP, gRPC and, where there is one, NATS; by itself and in a batch. */
async function askEverywhere(
  nodes: readonly TestNode[],
  nats: NatsServer | undefined,
  push: Fields,
): Promise<readonly Fields[]> {
  const doors: Pick<TestDoor, 'ask' | typeof Symbol.asyncDispose>[] = nodes.flatMap((node) => [
    httpDoor(node.opsUrl, node.apiKey),
    grpcDoor(node.app.grpcAddress ?? '', node.apiKey),
  ]);
  if (nats !== undefined) doors.push(await natsDoor(nats.address));
  try {
    return await Promise.all(
      Array.from({length: times}, async (_, n) => {
        const door = doors[n % doors.length];
        const isAlone = n % (2 * doors.length) < doors.length;
        const told = isAlone ? await door?.ask('push.send', push) : await door?.ask('batch', {items: [{push}]});
        const ok = told !== undefined && 'ok' in told ? (told.ok as Fields) : {refused: told};
        const [item] = (ok['answers'] ?? []) as readonly {readonly push?: Fields}[];
        return isAlone ? ok : (item?.push ?? {refused: item});
      }),
    );
  } finally {
    for (const door of doors) await door[Symbol.asyncDispose]();
  }
}

test('[PUSH3] one key, a hundred times at once over two nodes and every door: one event, one answer', async () => {
  await using redis = await startRedis();
  await using nats = withoutNats === undefined ? await startNats() : undefined;
  const env = {REDIS_URL: redis.url, PARLEY_GRPC_PORT: '0', PARLEY_NATS_URL: nats?.url};
  await using here = await startNode({env});
  await using there = await startNode({env});
  if (nats !== undefined) await whenNats(true, here, there);
  await using client = await connectBare(there, {user: 'ana'});
  await client.request('room.create', {room: 'shop'});
  await client.request('room.join', {room: 'shop'});
  const pushes = [
    {target: {user: 'ana'}, topic: 'user', data: 1, key: 'to-user'},
    {target: {all: true}, topic: 'everybody', data: 1, key: 'to-all'},
    {target: {room: 'shop'}, topic: 'room', data: 1, store: true, key: 'to-room'},
  ];
  for (const push of pushes) {
    const answers = await askEverywhere([here, there], nats, push);
    expect(answers.filter(({repeated}) => repeated === false)).toHaveLength(1);
    expect(answers.filter(({repeated}) => repeated === true)).toHaveLength(times - 1);
    expect(new Set(answers.map(({id}) => id)).size).toBe(1);
    expect(new Set(answers.map(({offset}) => offset)).size).toBe(1);
  }
  // What was sent to the client before this answer is there by now.
  await client.request('session.list');
  expect(client.all<{topic: string}>('push.event').map(({topic}) => topic)).toEqual(['user', 'everybody']);
  await expect.poll(() => client.all('push.stored')).toHaveLength(1);
});

test('[OPS15] batches of two nodes into one room at once: each stands together, in the order of its items', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url};
  await using here = await startNode({env});
  await using there = await startNode({env});
  await using client = await connectBare(there, {user: 'ana'});
  await client.request('room.create', {room: 'shop'});
  await client.request('room.join', {room: 'shop'});
  const batches = Array.from({length: 20}, (_, batch) =>
    Array.from({length: 10}, (_, item) => ({
      push: {target: {room: 'shop'}, topic: 'step', data: batch * 10 + item, store: true, key: `k${batch}.${item}`},
    })),
  );
  const told = await Promise.all(
    batches.map((items, n) => httpDoor((n % 2 === 0 ? here : there).opsUrl, here.apiKey).ask('batch', {items})),
  );
  for (const one of told) expect(one).toMatchObject({ok: {done: 10, refused: 0}});
  await expect.poll(() => client.all('push.stored')).toHaveLength(200);
  const heard = client.all<{data: number}>('push.stored').map(({data}) => data);
  const starts = heard.filter((_, place) => place % 10 === 0);
  expect(heard).toEqual(starts.flatMap((first) => Array.from({length: 10}, (_, item) => first + item)));
  expect(starts.sort((a, b) => a - b)).toEqual(batches.map((_, batch) => batch * 10));
});
