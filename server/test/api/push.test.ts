import {createMemoryWorld} from '@parley/signaling/memory';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {createClock} from '../../src/clock.js';
import {createIds} from '../../src/ids.js';
import {eventually} from '../eventually.js';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startNode, type TestNode} from '../start-node.js';
import {callApi} from './call-api.js';

interface Pushed {
  readonly id: string;
  readonly topic: string;
  readonly data: unknown;
  readonly room?: string;
}

let here: TestNode;
let there: TestNode;

beforeAll(async () => {
  const world = createMemoryWorld({clock: createClock(), ids: createIds()});
  here = await startNode({world});
  there = await startNode({world});
});
afterAll(async () => {
  await here.close();
  await there.close();
});

/** By now everything that was sent to the client before is here, and so is what must not be. */
const caughtUp = (client: BareClient): Promise<unknown> => client.request('session.list');
const topics = (client: BareClient): string[] => client.all<Pushed>('push.event').map(({topic}) => topic);

test('[PUSH1] a push to a user reaches their sessions on all nodes, and nobody else', async () => {
  await using one = await connectBare(here, {user: 'ana'});
  await using two = await connectBare(there, {user: 'ana'});
  await using other = await connectBare(there, {user: 'ben'});
  const {status, body} = await callApi(here, '/v1/push', {
    target: {user: 'ana'},
    topic: 'order.shipped',
    data: {n: [1]},
  });
  expect([status, body]).toMatchObject([200, {reached: 2, repeated: false}]);
  for (const client of [one, two]) {
    const seen = await client.next<Pushed>('push.event');
    expect(seen).toMatchObject({id: body['id'], topic: 'order.shipped', data: {n: [1]}});
    expect(client.all('push.event')).toHaveLength(1);
  }
  await caughtUp(other);
  expect(topics(other)).toEqual([]);
});

test('[PUSH1] a push to a session reaches that one, wherever it is', async () => {
  await using one = await connectBare(there, {user: 'cleo'});
  await using two = await connectBare(there, {user: 'cleo'});
  const {session} = await one.next<{session: string}>('session.ready');
  const {body} = await callApi(here, '/v1/push', {target: {session}, topic: 'only.you', data: null});
  expect(body).toMatchObject({reached: 1});
  await one.next('push.event');
  await caughtUp(two);
  expect(topics(two)).toEqual([]);
});

test('[PUSH1] a push to a room reaches its sessions on all nodes', async () => {
  await using one = await connectBare(here, {user: 'dora'});
  await using two = await connectBare(there, {user: 'emil'});
  await using outside = await connectBare(there, {user: 'fritz'});
  await one.request('room.create', {room: 'square'});
  for (const client of [one, two]) await client.request('room.join', {room: 'square'});
  const {body} = await callApi(there, '/v1/push', {target: {room: 'square'}, topic: 'news', data: 'hear'});
  expect(body).toMatchObject({reached: 2});
  expect(body).not.toHaveProperty('offset');
  for (const client of [one, two])
    expect(await client.next('push.event')).toMatchObject({room: 'square', data: 'hear'});
  await caughtUp(outside);
  expect(topics(outside)).toEqual([]);
});

test('[PUSH1] a push to all reaches everyone on all nodes', async () => {
  await using one = await connectBare(here, {user: 'gus'});
  await using two = await connectBare(there, {user: 'hal'});
  const {body} = await callApi(here, '/v1/push', {target: {all: true}, topic: 'maintenance', data: {inMinutes: 5}});
  expect(body['reached']).toBe(2);
  for (const client of [one, two]) expect(await client.next('push.event')).toMatchObject({topic: 'maintenance'});
});

test('[PUSH1] a push to nobody reaches nobody, and a push to a room that is not is refused', async () => {
  const nobody = await callApi(here, '/v1/push', {target: {user: 'nobody'}, topic: 'a', data: 1});
  expect(nobody).toMatchObject({status: 200, body: {reached: 0}});
  const nowhere = await callApi(here, '/v1/push', {target: {room: 'nowhere'}, topic: 'a', data: 1});
  expect(nowhere).toMatchObject({status: 404, body: {code: 'unknown_room'}});
});

test('[PUSH2] a stored push stands in the feed between the messages, and in the history', async () => {
  await using one = await connectBare(here, {user: 'ida'});
  await using two = await connectBare(there, {user: 'jan'});
  await one.request('room.create', {room: 'shop'});
  for (const client of [one, two]) await client.request('room.join', {room: 'shop'});
  const before = await one.request<{epoch: string; offset: number}>('chat.send', {room: 'shop', id: 'm1', text: 'one'});
  const pushed = await callApi(there, '/v1/push', {target: {room: 'shop'}, topic: 'sold', data: 1, store: true});
  await one.request('chat.send', {room: 'shop', id: 'm2', text: 'two'});
  expect(pushed).toMatchObject({status: 200, body: {reached: 2, epoch: before.epoch, offset: before.offset + 1}});
  for (const client of [one, two]) {
    await client.next('chat.message', ({id}: {id: string}) => id === 'm2');
    const order = client.events.filter(({name}) => name === 'chat.message' || name === 'push.stored');
    expect(order.map(({name}) => name)).toEqual(['chat.message', 'push.stored', 'chat.message']);
    expect(client.all<Pushed>('push.stored')).toMatchObject([
      {id: pushed.body['id'], room: 'shop', topic: 'sold', data: 1},
    ]);
  }
  const after = `after=${before.offset}&limit=1`;
  const {body} = await callApi(here, `/v1/rooms/shop/history?${after}`);
  expect(body).toMatchObject({
    epoch: before.epoch,
    events: [{event: 'push.stored', payload: {offset: before.offset + 1, topic: 'sold', data: 1}}],
    more: true,
  });
});

test.each([
  ['a user', {user: 'kim'}, false],
  ['a room', {room: 'kiosk'}, false],
  ['a room’s feed', {room: 'kiosk'}, true],
])(
  '[PUSH3] a key that was used before for %s, on whichever node, sends nothing and gets the first answer',
  async (what, target, store) => {
    await using client = await connectBare(there, {user: 'kim'});
    await client.ask('room.create', {room: 'kiosk'});
    await client.request('room.join', {room: 'kiosk'});
    const push = {target, topic: 'once', data: what, store};
    const key = `key-${what.replaceAll(/\W/g, '-')}`;
    const [first, ...repeats] = [
      await callApi(here, '/v1/push', {...push, key}),
      await callApi(there, '/v1/push', {...push, key}),
      await callApi(here, '/v1/push', push, {'idempotency-key': key}),
    ];
    expect(first).toMatchObject({status: 200, body: {reached: 1, repeated: false}});
    for (const repeat of repeats) expect(repeat.body).toEqual({...first.body, repeated: true});
    const name = store ? 'push.stored' : 'push.event';
    await client.next(name);
    await caughtUp(client);
    expect(client.all(name)).toHaveLength(1);
  },
);

test('[PUSH3] of many at once with one key exactly one is sent', async () => {
  await using client = await connectBare(here, {user: 'lea'});
  const push = {target: {user: 'lea'}, topic: 'race', data: 1, key: 'race-1'};
  const answers = await Promise.all(
    Array.from({length: 10}, (_, n) => callApi(n % 2 ? here : there, '/v1/push', push)),
  );
  expect(new Set(answers.map(({body}) => body['id'])).size).toBe(1);
  expect(answers.filter(({body}) => body['repeated'] === false)).toHaveLength(1);
  await client.next('push.event');
  await caughtUp(client);
  expect(topics(client)).toEqual(['race']);
});

test('what waits for who is away is in the metrics of every node', async () => {
  const waiting = async ({opsUrl}: TestNode): Promise<number> => {
    const text = await (await fetch(`${opsUrl}/metrics`)).text();
    return Number(/^parley_push_inbox_waiting (\d+)$/m.exec(text)?.[1]);
  };
  const before = await waiting(here);
  expect(before).toBeGreaterThanOrEqual(0);
  const push = {target: {user: 'who-never-comes'}, topic: 'mail', data: 1, store: true};
  expect(await callApi(here, '/v1/push', push)).toMatchObject({status: 200, body: {stored: 1}});
  await eventually(
    async () => (await waiting(here)) > before && (await waiting(there)) === (await waiting(here)),
    'both nodes to know',
  );
});
