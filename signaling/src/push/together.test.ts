import {push, room, type ErrorCode} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import type {PushRequest} from '../pushes.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

async function inDen(nodes = 1): Promise<HubClient> {
  cluster = new HubCluster(nodes);
  const client = await cluster.node(nodes - 1).connect('ada');
  await client.ask(room.create.name, {room: 'den'});
  await client.ok(room.join, {room: 'den'});
  return client;
}

const into = (data: number, more: Partial<PushRequest> = {}): PushRequest => ({
  target: {room: 'den'},
  topic: 'step',
  data,
  store: true,
  ...more,
});

const together = (requests: readonly PushRequest[], node = 0, name = 'den') =>
  cluster.node(node).hub.backstage.pushTogether(name, requests);

const codes = (outcomes: readonly object[]): (ErrorCode | 'ok')[] =>
  outcomes.map((outcome) => ('code' in outcome ? (outcome.code as ErrorCode) : 'ok'));

/** The answer that a repetition gets. */
const again = (answer: object = {}): object => Object.fromEntries(Object.entries({...answer, repeated: true}));

const heard = (client: HubClient): unknown[] => client.of(push.stored).map(({data}) => data);

test('[OPS15] pushes into one room stand together in its feed, and each has its own answer', async () => {
  const ada = await inDen(2);
  const answers = await together([into(1), into(2, {key: 'k2'}), into(3)]);
  expect(answers).toEqual(
    [1, 2, 3].map((n) => {
      const anything: unknown = expect.any(String);
      // The creation of the room and ada’s coming are before them.
      return {id: anything, addressed: 1, reached: 1, position: {epoch: anything, offset: n + 1}, repeated: false};
    }),
  );
  await expect.poll(() => heard(ada)).toEqual([1, 2, 3]);
});

test('[OPS15] if one is refused none is done, and the same keys do afterwards', async () => {
  const ada = await inDen();
  await together([into(0, {key: 'used'})]);
  expect(codes(await together([into(1, {key: 'k1'}), into(2, {ack: true}), into(3)]))).toEqual([
    'batch_aborted',
    'invalid_payload',
    'batch_aborted',
  ]);
  expect(codes(await together([into(1, {key: 'k1'}), into(2, {key: 'used'})]))).toEqual(['batch_aborted', 'conflict']);
  await expect(together([into(1, {key: 'k1', target: {room: 'nowhere'}})], 0, 'nowhere')).rejects.toMatchObject({
    code: 'unknown_room',
  });
  expect(heard(ada)).toEqual([0]);
  expect(codes(await together([into(1, {key: 'k1'}), into(2)]))).toEqual(['ok', 'ok']);
  await expect.poll(() => heard(ada)).toEqual([0, 1, 2]);
});

test('[OPS16] a key that was used before gets its first answer, the rest is done', async () => {
  const ada = await inDen(2);
  const first = await cluster.node(1).hub.backstage.push(into(1, {key: 'k1'}));
  const answers = await together([into(2), into(1, {key: 'k1'}), into(3, {key: 'k3'})]);
  expect(answers[1]).toEqual({...first, repeated: true});
  expect(await cluster.node(0).hub.backstage.push(into(3, {key: 'k3'}))).toEqual(again(answers[2]));
  await expect.poll(() => heard(ada)).toEqual([1, 2, 3]);
});

test('[OPS16] the same key twice in one batch is one push; with another push it is a conflict', async () => {
  const ada = await inDen();
  const answers = await together([into(1, {key: 'k1'}), into(2), into(1, {key: 'k1'})]);
  expect(answers[2]).toEqual(again(answers[0]));
  expect(codes(await together([into(3, {key: 'k2'}), into(4, {key: 'k2'})]))).toEqual(['batch_aborted', 'conflict']);
  await expect.poll(() => heard(ada)).toEqual([1, 2]);
});

test('[OPS16] batches that share keys, at once over two nodes and in other orders: each push is there once', async () => {
  const ada = await inDen(2);
  const keys = [1, 2, 3, 4, 5];
  const batches = Array.from({length: 40}, (_, n) => {
    const turned = [...keys.slice(n % 5), ...keys.slice(0, n % 5)];
    return together(
      (n % 3 === 0 ? turned.reverse() : turned).map((key) => into(key, {key: `k${key}`})),
      n % 2,
    );
  });
  // Who finds keys in others’ hands looks again after a while.
  let left = batches.length;
  for (const batch of batches) void batch.finally(() => (left -= 1));
  await expect
    .poll(() => {
      cluster.clock.advance(50);
      return left;
    })
    .toBe(0);
  const answers = (await Promise.all(batches)).flat();
  expect(codes(answers)).toEqual(answers.map(() => 'ok'));
  expect(answers.filter((answer) => 'repeated' in answer && !answer.repeated)).toHaveLength(5);
  expect(heard(ada).sort()).toEqual(keys);
});

test('[OPS15] while the store is away none is done, and the same batch does afterwards', async () => {
  const ada = await inDen();
  const batch = [into(1, {key: 'k1'}), into(2)];
  cluster.world.setAvailable(false);
  await expect(together(batch)).rejects.toMatchObject({code: 'unavailable'});
  cluster.world.setAvailable(true);
  expect(codes(await together(batch))).toEqual(['ok', 'ok']);
  await expect.poll(() => heard(ada)).toEqual([1, 2]);
});
