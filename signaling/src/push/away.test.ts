import {push, session as sessionWire, type PayloadOf} from '@parley/protocol';
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
const toAda = (data: number) => ({target: {user: 'ada'}, topic: 'mail', data, store: true});
const got = (client: HubClient): unknown[] => client.of(push.inbox).map(({data}) => data);

async function arrive(node: number, deviceId?: string): Promise<HubClient> {
  const client = await cluster.node(node).connect('ada', deviceId === undefined ? {} : {deviceId});
  await settled();
  return client;
}

async function acknowledge(client: HubClient): Promise<void> {
  const {epoch, offset} = client.of(push.inbox).at(-1) as PayloadOf<typeof push.inbox>;
  await client.ok(push.ack, {upTo: {epoch, offset}});
}

test('[PUSH6] what is pushed while a user is away comes to each device at its next connect, in order, once', async () => {
  cluster = new HubCluster(2);
  const known = [await arrive(0, 'laptop'), await arrive(1, 'phone')];
  for (const client of known) await client.ok(sessionWire.end, {});
  for (const data of [1, 2, 3]) {
    expect(await backstage(data % 2).push(toAda(data))).toMatchObject({addressed: 0, reached: 0, stored: 1});
  }
  const laptop = await arrive(1, 'laptop');
  expect(got(laptop)).toEqual([1, 2, 3]);
  expect(laptop.frames[0]?.name).toBe('session.ready');
  await acknowledge(laptop);
  expect(got(await arrive(0, 'laptop'))).toEqual([]);
  const phone = await arrive(0, 'phone');
  expect(got(phone)).toEqual([1, 2, 3]);
  await acknowledge(phone);
  expect(got(await arrive(1, 'phone'))).toEqual([]);
});

test('[PUSH6] who is connected gets it at once, after what came before, and who has not acknowledged it gets it again', async () => {
  cluster = new HubCluster(2);
  await backstage().push(toAda(1));
  const here = await arrive(0, 'laptop');
  const there = await arrive(1, 'phone');
  expect(await backstage().push(toAda(2))).toMatchObject({addressed: 2, reached: 2, stored: 1});
  await settled();
  expect([got(here), got(there)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  await acknowledge(there);
  await here.drop();
  const again = await cluster.node(1).resume('ada', here.ready);
  await settled();
  // Resumed without its id it is told from the others by its name, and it has none.
  expect(got(again)).toEqual([1, 2]);
  expect(again.of(push.inbox).map(({id}) => id)).toEqual(here.of(push.inbox).map(({id}) => id));
});

test('[PUSH6] sessions without an id of their device are one device by its name', async () => {
  cluster = new HubCluster(1);
  const one = await cluster.node(0).connect('ada', {device: 'Tablet'});
  await backstage().push(toAda(1));
  await settled();
  await acknowledge(one);
  const again = await cluster.node(0).connect('ada', {device: 'Tablet'});
  const other = await cluster.node(0).connect('ada', {device: 'Phone'});
  await settled();
  // The only device that was known has it: it is not kept for one that came later.
  expect([got(again), got(other)]).toEqual([[], []]);
  await backstage().push(toAda(2));
  await settled();
  expect([got(one), got(again), got(other)]).toEqual([[1, 2], [2], [2]]);
});

test('[PUSH6] a push to a group is kept for each of its users but those who are left out', async () => {
  cluster = new HubCluster(1);
  await backstage().groups.create({group: 'staff', title: 'Staff'});
  await backstage().groups.addUsers('staff', ['ada', 'bob', 'eve']);
  const request = {...toAda(1), target: {group: 'staff'}, except: {users: ['bob']}};
  expect(await backstage().push(request)).toMatchObject({addressed: 0, reached: 0, stored: 2, refused: 0});
  const clients = await Promise.all(['ada', 'bob', 'eve'].map((user) => cluster.node(0).connect(user)));
  await settled();
  expect(clients.map(got)).toEqual([[1], [], [1]]);
});

test('[PUSH6] what is put while the inbox is being read comes after what was read, once', async () => {
  cluster = new HubCluster(2);
  await backstage().push(toAda(1));
  const client = await cluster.node(1).connect('ada');
  const pushes = [2, 3, 4, 5].map((data) => backstage(data % 2).push(toAda(data)));
  await Promise.all(pushes);
  await settled();
  const offsets = client.of(push.inbox).map(({offset}) => offset);
  expect(offsets).toEqual([1, 2, 3, 4, 5]);
});

test('[PUSH6] an inbox that cannot be read is read as soon as it can', async () => {
  cluster = new HubCluster(2);
  await backstage().push(toAda(1));
  const admission = await cluster.node(1).admit('ada');
  const connection = cluster.node(1).broadcaster.connect();
  cluster.world.setAvailable(false);
  admission.start(connection);
  await settled();
  expect(connection.of(push.inbox)).toEqual([]);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(1_000);
  expect(connection.of(push.inbox)).toHaveLength(1);
});

test('[PUSH7] what has expired is given to nobody', async () => {
  cluster = new HubCluster(1);
  const {stored} = await backstage().push({...toAda(1), ttlMs: 1_000});
  await backstage().push({...toAda(2), ttlMs: 60_000});
  expect(stored).toBe(1);
  await cluster.clock.pass(1_500);
  const client = await arrive(0);
  expect(got(client)).toEqual([2]);
  expect(client.of(push.inbox)[0]).toMatchObject({topic: 'mail', offset: 2, expiresAt: cluster.clock.now() + 58_500});
  await backstage().push(toAda(3));
  await settled();
  const {at = 0, expiresAt} = client.of(push.inbox).at(-1) ?? {};
  expect(expiresAt).toBe(at + 24 * 3_600_000);
});

test('[PUSH3] a push with a key that is kept though its receipt is lost is not put again', async () => {
  cluster = new HubCluster(1);
  const request = {...toAda(1), key: 'k1'};
  const {id} = await backstage().push(request);
  await cluster.clock.pass(601_000);
  expect(await backstage().push(request)).toMatchObject({id, stored: 1, repeated: false});
  expect(got(await arrive(0))).toEqual([1]);
});

test('[PUSH8] of pushes with one collapse key a device that is away gets the latest, one that is there gets all', async () => {
  cluster = new HubCluster(1);
  const there = await arrive(0, 'laptop');
  for (const data of [1, 2]) await backstage().push({...toAda(data), collapseKey: 'score'});
  await backstage().push(toAda(3));
  await settled();
  expect(got(there)).toEqual([1, 2, 3]);
  const away = await arrive(0, 'phone');
  expect(got(away)).toEqual([2, 3]);
  expect(away.of(push.inbox)[0]).toMatchObject({collapseKey: 'score'});
});

test('[PUSH9] a full inbox is told by its code, for a group by number', async () => {
  cluster = new HubCluster(1, {store: {inboxes: {pushes: 2, bytes: 10_000, devices: 4}}});
  for (const data of [1, 2]) await backstage().push(toAda(data));
  await expect(backstage().push(toAda(3))).rejects.toMatchObject({code: 'inbox_full'});
  await backstage().groups.create({group: 'staff', title: 'Staff'});
  await backstage().groups.addUsers('staff', ['ada', 'bob']);
  expect(await backstage().push({...toAda(4), target: {group: 'staff'}})).toMatchObject({stored: 1, refused: 1});
  expect(got(await arrive(0))).toEqual([1, 2]);
});

test.each([
  [{target: {session: 's_1234567'}}, 'store'],
  [{target: {all: true as const}}, 'store'],
  [{store: false, ttlMs: 5}, 'ttlMs'],
  [{store: false, collapseKey: 'k'}, 'collapseKey'],
  [{target: {room: 'den'}, ttlMs: 5}, 'ttlMs'],
  [{target: {group: 'staff'}, except: {sessions: ['s_1234567']}}, 'except.sessions'],
])('[PUSH6] what does not go together is refused: %o', async (odd, field) => {
  cluster = new HubCluster(1);
  await expect(backstage().push({...toAda(1), ...odd})).rejects.toMatchObject({code: 'invalid_payload', field});
});
