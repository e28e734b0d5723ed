import {push, room} from '@parley/protocol';
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

async function joined(node: number, user: string): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  await client.ask(room.create.name, {room: 'den'});
  await client.ok(room.join, {room: 'den'});
  await settled();
  return client;
}

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
const order = {topic: 'order.shipped', data: {number: 7}, store: false};

test('[PUSH1] a push to a user reaches every connected session of theirs on all nodes, and says how many', async () => {
  cluster = new HubCluster(2);
  const clients = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('ada')];
  const lost = await cluster.node(1).connect('ada');
  await lost.drop();
  const bob = await cluster.node(1).connect('bob');
  const report = await backstage().push({...order, target: {user: 'ada'}});
  expect(report).toEqual({id: report.id, addressed: 2, reached: 2, repeated: false});
  for (const client of clients) {
    expect(client.of(push.received)).toEqual([
      {id: report.id, topic: 'order.shipped', data: {number: 7}, at: cluster.clock.now()},
    ]);
  }
  expect(bob.of(push.received)).toEqual([]);
  expect(await backstage().push({...order, target: {user: 'nobody'}})).toMatchObject({reached: 0});
});

test('[PUSH1] a push to a session, to a room and to all reaches exactly these', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  const eve = await cluster.node(1).connect('eve');
  const counts = (): number[] => [ada, bob, eve].map((client) => client.of(push.received).length);
  expect(await backstage().push({...order, target: {session: eve.ready.session}})).toMatchObject({reached: 1});
  expect(counts()).toEqual([0, 0, 1]);
  expect(await backstage(1).push({...order, target: {room: 'den'}})).toMatchObject({reached: 2});
  expect(counts()).toEqual([1, 1, 1]);
  expect(ada.of(push.received)[0]?.room).toBe('den');
  expect(await backstage().push({...order, target: {all: true}})).toMatchObject({reached: 3});
  expect(counts()).toEqual([2, 2, 2]);
  expect(await backstage().push({...order, target: {session: 's_unknown-session'}})).toMatchObject({reached: 0});
  await expect(backstage().push({...order, target: {room: 'nowhere'}})).rejects.toMatchObject({code: 'unknown_room'});
});

test('[PUSH1] a dead node counts for nothing and holds nobody up', async () => {
  cluster = new HubCluster(3);
  await joined(0, 'ada');
  await joined(1, 'bob');
  await joined(2, 'eve');
  cluster.world.kill('node-3');
  const report = backstage().push({...order, target: {all: true}});
  await cluster.clock.pass(2_000);
  expect(await report).toMatchObject({addressed: 2, reached: 2});
  const toEve = backstage().push({...order, target: {user: 'eve'}});
  await cluster.clock.pass(2_000);
  expect(await toEve).toMatchObject({addressed: 1, reached: 0});
});

test('[PUSH2] a push marked store is part of the room’s feed: in order, in history, with its offset in the answer', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  const report = await backstage(1).push({...order, target: {room: 'den'}, store: true});
  await settled();
  expect(report).toMatchObject({reached: 2, repeated: false, position: {offset: 3}});
  for (const client of [ada, bob]) {
    expect(client.of(push.stored)).toMatchObject([{id: report.id, room: 'den', data: order.data, ...report.position}]);
  }
  const {entries} = await backstage().history('den', {limit: 1});
  expect(entries).toMatchObject([{name: 'push.stored', offset: 3, data: {id: report.id, topic: order.topic}}]);
  await expect(backstage().history('nowhere', {limit: 1})).rejects.toMatchObject({code: 'unknown_room'});
  await expect(backstage().push({...order, target: {all: true}, store: true})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'store',
  });
});

test('[PUSH3] a key used before sends nothing and gets the first answer, on any node, also at the same moment', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  for (const request of [
    {...order, target: {user: 'ada'}, key: 'k1'},
    {...order, target: {room: 'den'}, key: 'k2'},
    {...order, target: {room: 'den'}, store: true, key: 'k3'},
    {...order, target: {all: true as const}, key: 'k4'},
  ]) {
    const both = Promise.all([backstage(0).push(request), backstage(1).push(request)]);
    await cluster.clock.pass(100);
    const [first, second] = await both;
    const {id, addressed, reached, position} = first;
    expect(second).toEqual({id, addressed, reached, ...(position && {position}), repeated: !first.repeated});
    expect(await backstage(1).push(request)).toEqual({...first, repeated: true});
  }
  await settled();
  expect([ada, bob].map((client) => client.of(push.received).length)).toEqual([3, 2]);
  expect([ada, bob].map((client) => client.of(push.stored).length)).toEqual([1, 1]);
  await cluster.clock.pass(601_000);
  expect(await backstage().push({...order, target: {user: 'ada'}, key: 'k1'})).toMatchObject({repeated: false});
});

test('[PUSH3] a key used before for another push is a conflict and sends nothing, also where only the log remembers it', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada');
  const request = {...order, target: {user: 'ada'}, key: 'k1'};
  await backstage().push(request);
  for (const other of [{topic: 'order.lost'}, {data: {number: 8}}, {target: {room: 'den'}}]) {
    await expect(backstage(1).push({...request, ...other})).rejects.toMatchObject({code: 'conflict', field: 'key'});
  }
  expect(ada.of(push.received)).toHaveLength(1);

  const stored = {...order, target: {room: 'den'}, store: true, key: 'k2'};
  const data = {id: 'p_first', topic: stored.topic, data: stored.data};
  // A node that appended it and died before it could write the receipt.
  await cluster.node(1).store.feeds.append('den', {name: push.stored.name, data}, {key: '/push/k2'});
  await expect(backstage().push({...stored, data: 'other'})).rejects.toMatchObject({code: 'conflict'});
  expect(await backstage().push(stored)).toMatchObject({id: 'p_first', repeated: false});
  await settled();
  expect(ada.of(push.stored)).toHaveLength(1);
});

test('[PUSH3] a push that the store refused may be repeated with its key', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  const request = {...order, target: {user: 'ada'}, key: 'k1'};
  cluster.world.setAvailable(false);
  await expect(backstage().push(request)).rejects.toMatchObject({code: 'unavailable'});
  cluster.world.setAvailable(true);
  expect(await backstage().push(request)).toMatchObject({reached: 1, repeated: false});
  await expect(backstage().push({...request, target: {room: 'nowhere'}, key: 'k2'})).rejects.toThrow();
  expect(await backstage().push({...request, key: 'k2'})).toMatchObject({reached: 1, repeated: false});
  expect(ada.of(push.received)).toHaveLength(2);
});
