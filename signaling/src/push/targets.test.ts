import {push} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import type {Backstage} from '../hub.js';
import type {PushExcept, PushTarget} from '../pushes.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const backstage = (node = 0): Backstage => cluster.node(node).hub.backstage;
const order = {topic: 'order.shipped', data: {number: 7}, store: false};

/** Two of ada's, bob and eve, over two nodes; ada and bob are in the room and in the group. */
async function people(): Promise<readonly HubClient[]> {
  cluster = new HubCluster(2);
  const clients = [
    await cluster.node(0).connect('ada'),
    await cluster.node(1).connect('ada'),
    await cluster.node(1).connect('bob'),
    await cluster.node(0).connect('eve'),
  ];
  await clients[0]?.ask('room.create', {room: 'den'});
  for (const client of clients.slice(0, 3)) await client.ask('room.join', {room: 'den'});
  await backstage().groups.create({group: 'staff', title: 'Staff'});
  await backstage().groups.addUsers('staff', ['ada', 'bob', 'someone-away']);
  return clients;
}

const counts = (clients: readonly HubClient[]): number[] => clients.map((client) => client.of(push.received).length);

test('[PUSH4] a push to a group reaches every session of its users, on all nodes', async () => {
  const clients = await people();
  const report = await backstage(1).push({...order, target: {group: 'staff'}});
  expect(report).toMatchObject({addressed: 3, reached: 3});
  expect(counts(clients)).toEqual([1, 1, 1, 0]);
  await expect(backstage().push({...order, target: {group: 'nobodies'}})).rejects.toMatchObject({
    code: 'unknown_group',
  });
});

test('[PUSH4] a group of more users than are asked for at once is reached as well', async () => {
  const clients = await people();
  const many = Array.from({length: 1_500}, (_, index) => `user-${String(index).padStart(4, '0')}`);
  await backstage().groups.create({group: 'crowd', title: 'Crowd'});
  await backstage().groups.addUsers('crowd', [...many, 'zoe', 'ada']);
  const zoe = await cluster.node(1).connect('zoe');
  expect(await backstage().push({...order, target: {group: 'crowd'}})).toMatchObject({reached: 3});
  expect(counts([...clients, zoe])).toEqual([1, 1, 0, 0, 1]);
});

test.each<[PushTarget, PushExcept, number[]]>([
  [{room: 'den'}, {users: ['ada']}, [0, 0, 1, 0]],
  [{group: 'staff'}, {users: ['bob', 'nobody']}, [1, 1, 0, 0]],
  [{all: true}, {users: ['ada']}, [0, 0, 1, 1]],
  [{all: true}, {}, [1, 1, 1, 1]],
])('[PUSH5] a push to %o except %o reaches exactly the others', async (target, except, expected) => {
  const clients = await people();
  const report = await backstage(1).push({...order, target, except});
  const reached = expected.reduce((sum, one) => sum + one, 0);
  expect(report).toMatchObject({addressed: reached, reached});
  expect(counts(clients)).toEqual(expected);
});

test('[PUSH5] one session of a user is left out of a room by its id', async () => {
  const clients = await people();
  const except = {sessions: [clients[1]?.ready.session ?? '']};
  expect(await backstage().push({...order, target: {room: 'den'}, except})).toMatchObject({reached: 2});
  expect(counts(clients)).toEqual([1, 0, 1, 0]);
});

test.each([
  [{target: {user: 'ada'}, except: {users: ['ada']}}, 'except'],
  [{target: {session: 's_1234567'}, except: {}}, 'except'],
  [{target: {room: 'den'}, except: {users: ['ada']}, store: true}, 'except'],
])('[PUSH5] %o is refused with the field that does not fit', async (request, field) => {
  await people();
  await expect(backstage().push({...order, ...request})).rejects.toMatchObject({code: 'invalid_payload', field});
});
