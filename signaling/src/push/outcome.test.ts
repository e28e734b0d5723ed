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
const mail = {topic: 'mail', data: 1, store: true};

async function arrive(user: string, deviceId: string, node = 0): Promise<HubClient> {
  const client = await cluster.node(node).connect(user, {deviceId});
  await settled();
  return client;
}

async function acknowledge(client: HubClient): Promise<void> {
  const {epoch = '', offset = 0} = client.of(push.inbox).at(-1) ?? {};
  await client.ok(push.ack, {upTo: {epoch, offset}});
  await cluster.clock.pass(200);
}

test('[PUSH10] what becomes of a push that is kept for users is told by any node until an hour after it has expired', async () => {
  cluster = new HubCluster(2);
  await backstage().groups.create({group: 'staff', title: 'Staff'});
  await backstage().groups.addUsers('staff', ['ada', 'bob', 'eve', 'zoe']);
  const ada = await arrive('ada', 'laptop');
  await arrive('ada', 'phone', 1);
  const request = {...mail, target: {group: 'staff'}, ttlMs: 60_000, collapseKey: 'k'};
  const {id} = await backstage().push(request);
  const browsers = {browsers: 0, browsersReached: 0, browsersFailed: 0};
  const known = {id, addressed: 2, reached: 2, stored: 4, refused: 0, superseded: 0, expired: 0, ...browsers};
  expect(await backstage(1).pushOutcome(id)).toMatchObject({...known, acknowledged: 0, waiting: 4});
  await acknowledge(ada);
  await acknowledge(await arrive('bob', 'laptop', 1));
  expect(await backstage(1).pushOutcome(id)).toMatchObject({...known, acknowledged: 2, waiting: 2});
  await acknowledge(await arrive('ada', 'phone'));
  await backstage().push({...request, target: {user: 'eve'}});
  await cluster.clock.pass(200);
  expect(await backstage().pushOutcome(id)).toMatchObject({...known, acknowledged: 3, superseded: 1, waiting: 1});
  await cluster.clock.pass(60_000);
  const {at, expiresAt, ...last} = await backstage().pushOutcome(id);
  expect(last).toEqual({...known, acknowledged: 3, superseded: 1, waiting: 0, expired: 1});
  expect((expiresAt ?? 0) - at).toBe(60_000);
  await expect(backstage().pushOutcome('p_nobody-knows')).rejects.toMatchObject({code: 'unknown_push'});
});

test('[PUSH11] acknowledgements of a push that is not kept are counted, each session’s once, within a minute', async () => {
  cluster = new HubCluster(2);
  const clients = [await arrive('ada', 'a'), await arrive('bob', 'b', 1), await arrive('eve', 'c', 1)];
  const {id} = await backstage().push({...mail, store: false, target: {all: true}, ack: true});
  const answer = async (client: HubClient | undefined): Promise<void> => {
    await client?.ok(push.ack, {ids: [id, 'p_something-else']});
  };
  expect(clients.map((client) => client.of(push.received)[0]?.ack)).toEqual([true, true, true]);
  for (const client of [clients[0], clients[1], clients[1]]) await answer(client);
  await cluster.clock.pass(200);
  expect(await backstage(1).pushOutcome(id)).toMatchObject({addressed: 3, reached: 3, acknowledged: 2, stored: 0});
  await cluster.clock.pass(60_000);
  await answer(clients[2]);
  await cluster.clock.pass(200);
  expect(await backstage().pushOutcome(id)).toMatchObject({acknowledged: 2});
  const other = await backstage().push({...mail, store: false, target: {all: true}});
  await expect(backstage().pushOutcome(other.id)).rejects.toMatchObject({code: 'unknown_push'});
});

test('[PUSH11] a room’s feed is not acknowledged', async () => {
  cluster = new HubCluster(1);
  await expect(backstage().push({...mail, target: {room: 'den'}, ack: true})).rejects.toMatchObject({field: 'ack'});
});
