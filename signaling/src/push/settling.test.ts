import {push, type webhook} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import type {Backstage} from '../hub.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

type Settled = Extract<webhook.HubNews, {name: 'push.settled'}>['data'];

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
/** By all nodes, in their order. */
const told = (): readonly Settled[] =>
  cluster.nodes
    .flatMap(({observed}) => observed)
    .flatMap((line) => (line.startsWith('push.settled ') ? [JSON.parse(line.slice(13)) as Settled] : []));

async function take(user: string, deviceId: string, node = 0): Promise<HubClient> {
  const client = await cluster.node(node).connect(user, {deviceId});
  await settled();
  const {epoch = '', offset = 0} = client.of(push.inbox).at(-1) ?? {};
  await client.ok(push.ack, {upTo: {epoch, offset}});
  await cluster.clock.pass(200);
  return client;
}

test('[PUSH17] who keeps a push for users is told when all had it, or a newer one, and not again', async () => {
  cluster = new HubCluster(2);
  const {id} = await backstage().push({
    target: {user: 'ada'},
    topic: 'mail',
    data: 1,
    store: true,
    ttlMs: 120_000,
    collapseKey: 'k',
  });
  await cluster.clock.pass(5_000);
  expect(told()).toEqual([]);
  const newer = await backstage(1).push({
    target: {user: 'ada'},
    topic: 'mail',
    data: 2,
    store: true,
    ttlMs: 120_000,
    collapseKey: 'k',
  });
  await cluster.clock.pass(5_000);
  expect(told()).toMatchObject([{push: id, complete: true, stored: 1, superseded: 1, acknowledged: 0, expired: 0}]);
  await take('ada', 'phone', 1);
  await cluster.clock.pass(2_000);
  expect(told().slice(1)).toMatchObject([{push: newer.id, complete: true, stored: 1, superseded: 0, acknowledged: 1}]);
  await cluster.clock.pass(125_000);
  expect(told()).toHaveLength(2);
});

test('[PUSH17] of what expires it is told for how many, by another node too if the one that would dies', async () => {
  cluster = new HubCluster(3);
  await backstage(2).groups.create({group: 'staff', title: 'Staff'});
  await backstage(2).groups.addUsers('staff', ['ada', 'bob', 'eve']);
  const {id} = await backstage(2).push({target: {group: 'staff'}, topic: 'mail', data: 1, store: true, ttlMs: 120_000});
  await take('ada', 'phone', 2);
  await cluster.clock.pass(60_000);
  const holder = await cluster.node(2).store.leases.holder('scheduled');
  const died = cluster.nodes.find(({name}) => name === holder) ?? cluster.node(0);
  cluster.kill(died);
  await cluster.clock.pass(61_000 + 10_000);
  expect(told()).toMatchObject([{push: id, complete: false, stored: 3, acknowledged: 1, expired: 2}]);
});

test('[PUSH17] of what is acknowledged by sessions it is told when all have, or after a minute', async () => {
  cluster = new HubCluster(1);
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(0).connect('bob')];
  const request = {target: {all: true}, topic: 'mail', data: 1, store: false, ack: true} as const;
  const [first, second] = [await backstage().push(request), await backstage().push(request)];
  await ada.ok(push.ack, {ids: [first.id, second.id]});
  await bob.ok(push.ack, {ids: [first.id]});
  await cluster.clock.pass(2_000);
  expect(told()).toMatchObject([{push: first.id, complete: true, reached: 2, acknowledged: 2}]);
  await cluster.clock.pass(62_000);
  expect(told().slice(1)).toMatchObject([{push: second.id, complete: false, reached: 2, acknowledged: 1}]);
});

test('[PUSH17] of what was put off it is told whom it reached, and nothing of what nobody can answer for', async () => {
  cluster = new HubCluster(1);
  await cluster.node(0).connect('ada');
  await backstage().push({target: {user: 'ada'}, topic: 'mail', data: 1, store: false});
  const later = await backstage().push({target: {user: 'ada'}, topic: 'mail', data: 2, store: false, delayMs: 5_000});
  await cluster.clock.pass(10_000);
  expect(told()).toMatchObject([{push: later.id, complete: true, addressed: 1, reached: 1}]);
});
