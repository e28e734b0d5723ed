import {push} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {overlay} from '../../test/wrap-store.js';
import type {Backstage} from '../hub.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
const toAda = (data: number) => ({target: {user: 'ada'}, topic: 'mail', data, store: false});
const got = (client: HubClient): unknown[] =>
  [...client.of(push.received), ...client.of(push.inbox)].map(({data}) => data);
/** Time for a node to have the lease, and to look at what is due. */
const begun = async (): Promise<void> => {
  await cluster.clock.pass(1_000);
};
const codeOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => 'ok',
    (error: unknown) => (error as {code?: unknown}).code,
  );

test('[PUSH12] a push that is put off is sent when its time has come, once, with the id of its answer', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(1).connect('ada');
  await begun();
  const sendAt = cluster.clock.now() + 60_000;
  const later = await backstage().push({...toAda(1), sendAt});
  expect(later).toEqual({id: later.id, addressed: 0, reached: 0, sendAt, repeated: false});
  const sooner = await backstage(1).push({...toAda(2), delayMs: 30_000});
  expect(sooner.sendAt).toBe(cluster.clock.now() + 30_000);
  await cluster.clock.pass(29_000);
  expect(got(ada)).toEqual([]);
  await cluster.clock.pass(1_250);
  expect(got(ada)).toEqual([2]);
  await cluster.clock.pass(120_000);
  expect(got(ada)).toEqual([2, 1]);
  expect(ada.of(push.received)[1]?.id).toBe(later.id);
  expect(await backstage().scheduled.get(later.id)).toEqual({
    id: later.id,
    sendAt,
    target: {user: 'ada'},
    topic: 'mail',
    fate: {state: 'sent', report: {addressed: 1, reached: 1}},
  });
  expect(await backstage().pushOutcome(later.id)).toMatchObject({addressed: 1, reached: 1});
});

test('[PUSH12] to one target in the order of their times, and as they were asked for if these are the same', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(1).connect('ada');
  const at = cluster.clock.now() + 5_000;
  for (const [data, sendAt] of [3, 1, 2, 1].map((second, n) => [n, at + second * 1_000] as const)) {
    await backstage(n(data)).push({...toAda(data), store: true, sendAt});
  }
  await cluster.clock.pass(20_000);
  expect(got(ada)).toEqual([1, 3, 2, 0]);
});

const n = (data: number): number => data % 2;

test('[PUSH13] when the node that sends dies, another goes on within the lease’s time', async () => {
  cluster = new HubCluster(3);
  const ada = await cluster.node(2).connect('ada');
  await begun();
  for (const data of [1, 2, 3]) await backstage().push({...toAda(data), store: data === 2, delayMs: 10_000});
  await cluster.clock.pass(9_000);
  const holder = await cluster.node(2).store.leases.holder('scheduled');
  const died = cluster.nodes.find(({name}) => name === holder) ?? cluster.node(0);
  expect(died.name).not.toBe('node-3');
  cluster.kill(died);
  await cluster.clock.pass(1_000 + 6_000 + 1_250);
  expect(got(ada).sort()).toEqual([1, 2, 3]);
});

test('[PUSH13] what a node that died had sent without saying so is sent again, and reaches nobody twice', async () => {
  cluster = new HubCluster(2, {
    // The first holder sends, and cannot say that it has.
    wrapStore: (store, node) =>
      node === 'node-2'
        ? store
        : overlay(store, {
            scheduled: overlay(store.scheduled, {settle: () => new Promise<never>(() => undefined)}),
          }),
  });
  const clients = [await cluster.node(1).connect('ada'), await cluster.node(1).connect('bob')];
  await begun();
  expect(await cluster.node(1).store.leases.holder('scheduled')).toBe('node-1');
  const ids: string[] = [];
  for (const [store, user] of [
    [false, 'ada'],
    [true, 'bob'],
  ] as const) {
    ids.push((await backstage(1).push({...toAda(1), target: {user}, store, delayMs: 1_000})).id);
  }
  await cluster.clock.pass(2_000);
  expect(clients.map(got)).toEqual([[1], [1]]);
  cluster.kill(cluster.node(0));
  await cluster.clock.pass(10_000);
  expect(clients.map(got)).toEqual([[1], [1]]);
  for (const id of ids) expect(await backstage(1).scheduled.get(id)).toMatchObject({fate: {state: 'sent'}});
});

test('[PUSH12] while the store is away what is due waits, and is sent when it is back', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(1).connect('ada');
  await begun();
  await backstage().push({...toAda(1), delayMs: 2_000});
  cluster.world.setAvailable(false);
  expect(await codeOf(backstage().push({...toAda(2), delayMs: 2_000}))).toBe('unavailable');
  await cluster.clock.pass(10_000);
  expect(got(ada)).toEqual([]);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(3_000);
  expect(got(ada)).toEqual([1]);
});

test('[PUSH12] one with a key is put off once, whoever asks again, also after it was sent', async () => {
  cluster = new HubCluster(2, {store: {idempotencyMs: 70_000}});
  const ada = await cluster.node(0).connect('ada');
  const request = {...toAda(1), delayMs: 60_000, key: 'k1'};
  const first = await backstage().push(request);
  expect(await backstage(1).push(request)).toEqual({...first, repeated: true});
  expect(await codeOf(backstage(1).push({...request, delayMs: 70_000}))).toBe('conflict');
  expect(await codeOf(backstage(1).push({...toAda(1), key: 'k1'}))).toBe('conflict');
  // The receipt is forgotten, what was sent is not.
  await cluster.clock.pass(75_000);
  expect(await backstage().push(request)).toMatchObject({id: first.id, sendAt: first.sendAt});
  await cluster.clock.pass(65_000);
  expect(got(ada)).toEqual([1]);
});

test('[PUSH14] what waits is listed in order, shown, and called off for good', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await begun();
  const [late, soon] = await Promise.all(
    [20_000, 10_000].map((delayMs) => backstage().push({...toAda(delayMs), delayMs})),
  );
  const first = await backstage(1).scheduled.list({limit: 1});
  expect(first.pushes).toEqual([
    {id: soon?.id, sendAt: soon?.sendAt, target: {user: 'ada'}, topic: 'mail', data: 10_000, fate: {state: 'waiting'}},
  ]);
  const second = await backstage(1).scheduled.list({limit: 1, cursor: first.cursor ?? ''});
  expect([second.pushes.map(({id}) => id), second.cursor]).toEqual([[late?.id], undefined]);
  await backstage(1).scheduled.cancel(soon?.id ?? '');
  await backstage().scheduled.cancel(soon?.id ?? '');
  expect(await backstage().scheduled.get(soon?.id ?? '')).toMatchObject({fate: {state: 'cancelled'}});
  await cluster.clock.pass(25_000);
  expect(got(ada)).toEqual([20_000]);
  expect(await codeOf(backstage().scheduled.cancel(late?.id ?? ''))).toBe('already_sent');
  expect(await codeOf(backstage().scheduled.cancel('p_nobody'))).toBe('unknown_push');
  expect(await codeOf(backstage().scheduled.get('p_nobody'))).toBe('unknown_push');
  expect(await backstage().scheduled.list({limit: 10})).toEqual({pushes: []});
});

test('[PUSH15] what cannot be sent when its time comes says why, and holds up nothing', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await begun();
  const nowhere = await backstage().push({...toAda(1), target: {room: 'nowhere'}, delayMs: 100});
  await backstage().push({...toAda(2), delayMs: 200});
  await cluster.clock.pass(1_000);
  expect(await backstage().scheduled.get(nowhere.id)).toMatchObject({fate: {state: 'refused', code: 'unknown_room'}});
  expect(got(ada)).toEqual([2]);
  expect(cluster.node(0).observed.filter((what) => what.startsWith('scheduled push'))).toEqual([
    'scheduled push scheduled',
    'scheduled push scheduled',
    'scheduled push refused',
    'scheduled push sent',
  ]);
});

test('[PUSH15] no more wait than may, and none further ahead', async () => {
  cluster = new HubCluster(1, {store: {scheduled: {pushes: 2, bytes: 10_000, aheadMs: 60_000}}});
  for (const data of [1, 2]) await backstage().push({...toAda(data), delayMs: 50_000});
  expect(await codeOf(backstage().push({...toAda(3), delayMs: 50_000}))).toBe('schedule_full');
  await expect(backstage().push({...toAda(3), delayMs: 60_001})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'delayMs',
  });
  await expect(backstage().push({...toAda(3), sendAt: cluster.clock.now() + 61_000})).rejects.toMatchObject({
    field: 'sendAt',
  });
  await expect(backstage().push({...toAda(3), sendAt: 1, delayMs: 1})).rejects.toMatchObject({field: 'delayMs'});
  await settled();
});
