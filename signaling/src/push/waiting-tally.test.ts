import {push} from '@parley/protocol';
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

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
const to = (user: string, more = {}) => ({target: {user}, topic: 'mail', data: 1, store: true, ttlMs: 60_000, ...more});

/** What was noted of an outcome on all nodes. */
const noted = (outcome: string): number =>
  cluster.nodes
    .flatMap(({observed}) => observed)
    .flatMap((line) => (line.startsWith(`push ${outcome} `) ? [Number(line.split(' ').at(-1))] : []))
    .reduce((sum, users) => sum + users, 0);
/** What each node says to wait. */
const waiting = (): readonly (string | undefined)[] =>
  cluster.nodes.map(({observed}) => observed.filter((line) => line.startsWith('waiting ')).at(-1));

async function acknowledge(client: HubClient): Promise<void> {
  const {epoch = '', offset = 0} = client.of(push.inbox).at(-1) ?? {};
  await client.ok(push.ack, {upTo: {epoch, offset}});
}

test('every node knows how many pushes wait for users, and one of them counts who waited in vain', async () => {
  cluster = new HubCluster(2);
  await backstage(0).push(to('ada'));
  await backstage(1).push(to('bob'));
  await backstage(1).push(to('bob', {collapseKey: 'score'}));
  await backstage(0).push(to('bob', {collapseKey: 'score'}));
  await backstage(0).push(to('eve', {ttlMs: 600_000}));
  await cluster.clock.pass(1_100);
  await cluster.clock.pass(1_100);
  expect(waiting()).toEqual(['waiting 4', 'waiting 4']);
  const ada = await cluster.node(1).connect('ada', {deviceId: 'laptop'});
  const phone = await cluster.node(0).connect('ada', {deviceId: 'phone'});
  await settled();
  for (const client of [ada, phone]) await acknowledge(client);
  await cluster.clock.pass(2_200);
  expect(waiting()).toEqual(['waiting 3', 'waiting 3']);
  expect(noted('expired')).toBe(0);
  await cluster.clock.pass(180_000);
  expect(waiting()).toEqual(['waiting 1', 'waiting 1']);
  expect([noted('stored'), noted('superseded'), noted('acknowledged'), noted('expired')]).toEqual([5, 1, 1, 2]);
});

test('what a node has gathered is told once the store is back, or when the node stops', async () => {
  cluster = new HubCluster(2);
  await backstage(0).push(to('ada'));
  cluster.world.setAvailable(false);
  await cluster.clock.pass(5_000);
  expect(waiting()).not.toContain('waiting 1');
  cluster.world.setAvailable(true);
  await cluster.clock.pass(2_200);
  expect(waiting()).toEqual(['waiting 1', 'waiting 1']);
  await backstage(0).push(to('bob'));
  const closing = cluster.node(0).hub.close();
  await cluster.clock.pass(10_000);
  await closing;
  expect(waiting()[1]).toBe('waiting 2');
});
