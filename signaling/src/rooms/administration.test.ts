import {chat, room} from '@parley/protocol';
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

const den = {room: 'den'};
const page = {limit: 10};

/** A backend at node 0; clients are at node 1. */
function withBackend(): Backstage {
  cluster = new HubCluster(2, {store: {groups: {groups: 3, usersPerGroup: 4}}});
  return cluster.node(0).hub.backstage;
}

async function joined(user: string): Promise<HubClient> {
  const client = await cluster.node(1).connect(user);
  await client.ok(room.join, den);
  await settled();
  return client;
}

test('[PERM11] what a backend does to a member has taken effect on other nodes when it is done, in nobody’s name', async () => {
  const {rooms} = withBackend();
  expect(await rooms.create({...den, access: 'invited'})).toMatchObject({title: 'den', members: 0, access: 'invited'});
  expect(await rooms.setMember('den', {user: 'ada', name: 'Ada', role: 'owner'})).toMatchObject({role: 'owner'});
  expect(await rooms.setMember('den', {user: 'bob'})).toMatchObject({name: 'bob', role: 'member'});
  const [ada, bob] = [await joined('ada'), await joined('bob')];

  // Above owners too.
  await rooms.setMember('den', {user: 'ada', role: 'guest'});
  expect(ada.of(room.rights)).toMatchObject([{standing: {role: 'guest'}}]);
  expect(await ada.code(chat.send, {...den, id: 'm1', text: 'x'})).toBe('forbidden');
  await rooms.setMember('den', {user: 'ada', role: 'guest'});
  await rooms.setMember('den', {user: 'ada'});
  await rooms.removeMember('den', 'ada');
  expect(ada.of(room.removed)).toEqual([{room: 'den', reason: 'removed'}]);
  expect(await ada.code(room.join, den)).toBe('forbidden');
  await rooms.update('den', {title: 'The den'});
  await settled();

  const told = bob.of(room.member).filter(({user}) => user === 'ada');
  expect(told.map(({change, role, by}) => [change, role, by])).toEqual([
    ['role', 'guest', undefined],
    ['removed', 'guest', undefined],
  ]);
  expect(bob.of(room.updated)).toMatchObject([{title: 'The den'}]);
  expect(bob.of(room.updated)[0]).not.toHaveProperty('user');
});

test('[PERM11] of two backends that set the same member at once, the last one decides, and both are answered', async () => {
  const {rooms} = withBackend();
  await rooms.create(den);
  const set = (role: 'admin' | 'guest') => rooms.setMember('den', {user: 'bob', role});
  const answers = await Promise.all([set('admin'), set('guest')]);
  expect(answers.map(({role}) => role)).toEqual(['admin', 'guest']);
  const {entries} = await cluster.node(1).store.feeds.read('den', {limit: 10});
  expect(entries[0]?.data).toMatchObject({change: 'joined'});
  expect((await cluster.node(1).store.rooms.member('den', 'bob'))?.role).toBe(entries.at(-1)?.data['role']);
});

test('[PERM5] putting a user into a group lets them in, and taking them out shows them the door, on all nodes', async () => {
  const {rooms, groups} = withBackend();
  await rooms.create({...den, access: 'private'});
  await groups.create({group: 'staff'});
  await rooms.setGroup('den', 'staff', 'moderator');
  const eve = await cluster.node(1).connect('eve');
  expect(await eve.code(room.join, den)).toBe('unknown_room');
  expect(await groups.addUsers('staff', ['eve', 'zoe'])).toBe(2);
  expect((await eve.ok(room.join, den)).standing).toMatchObject({role: 'moderator'});
  await rooms.setGroup('den', 'staff', 'guest');
  expect(eve.of(room.rights)).toMatchObject([{standing: {role: 'guest'}}]);
  expect(await groups.removeUsers('staff', ['eve', 'nobody'])).toBe(1);
  expect(eve.of(room.removed)).toEqual([{room: 'den', reason: 'closed'}]);
  expect(await eve.code(room.join, den)).toBe('unknown_room');
});

test('[PERM12] what rooms gave to a group goes with it, and none of its name finds it again', async () => {
  const {rooms, groups} = withBackend();
  await groups.create({group: 'staff', title: 'Staff'});
  await groups.addUsers('staff', ['eve']);
  for (const name of ['den', 'attic']) {
    await rooms.create({room: name, access: 'private'});
    await rooms.setGroup(name, 'staff', 'admin');
  }
  const eve = await joined('eve');
  expect((await groups.rooms('staff', page)).rooms.map(({room: name}) => name)).toEqual(['attic', 'den']);
  await groups.remove('staff');
  expect(eve.of(room.removed)).toEqual([{room: 'den', reason: 'closed'}]);
  expect(await rooms.groups('den')).toEqual(new Map());
  await expect(groups.remove('staff')).rejects.toMatchObject({code: 'unknown_group'});

  // Whoever deleted it died before the rooms were told.
  await groups.create({group: 'staff'});
  await rooms.setGroup('den', 'staff', 'admin');
  await cluster.node(0).store.groups.remove('staff');
  await groups.create({group: 'staff'});
  await groups.addUsers('staff', ['eve']);
  expect(await rooms.groups('den')).toEqual(new Map());
  expect(await eve.code(room.join, den)).toBe('unknown_room');
});

test('[PERM12] a role that is given while the group is deleted is not given', async () => {
  let arrived: (() => void) | undefined;
  cluster = new HubCluster(2, {
    // Node 1 knows the group, and its word to the room is late.
    wrapStore: (store, node) =>
      node === 'node-1'
        ? overlay(store, {
            rooms: overlay(store.rooms, {
              setGroup: async (...asked) => {
                if (asked[2] !== undefined) await new Promise<void>((resolve) => (arrived = resolve));
                return store.rooms.setGroup(...asked);
              },
            }),
          })
        : store,
  });
  const [late, other] = [cluster.node(0).hub.backstage, cluster.node(1).hub.backstage];
  await other.rooms.create(den);
  await other.groups.create({group: 'staff'});
  const giving = late.rooms.setGroup('den', 'staff', 'admin');
  await settled();
  await other.groups.remove('staff');
  arrived?.();
  await expect(giving).rejects.toMatchObject({code: 'unknown_group', field: 'group'});
  expect(await other.rooms.groups('den')).toEqual(new Map());
});

test('[PERM5] there are so many groups, of so many users, and a room names so many', async () => {
  const {rooms, groups} = withBackend();
  for (const group of ['a', 'b', 'c']) await groups.create({group});
  await expect(groups.create({group: 'd'})).rejects.toMatchObject({code: 'too_many_groups', limit: 'groups'});
  await expect(groups.create({group: 'a'})).rejects.toMatchObject({code: 'group_exists'});
  await groups.addUsers('a', ['1', '2', '3']);
  const full = {code: 'group_full', limit: 'users_per_group'};
  await expect(groups.addUsers('a', ['4', '5'])).rejects.toMatchObject(full);
  expect(await groups.users('a', page)).toEqual({users: ['1', '2', '3'], more: false});
  await rooms.create(den);
  const {rooms: store} = cluster.node(0).store;
  for (let n = 0; n < room.groupsPerRoom; n += 1) await store.setGroup('den', `g${n}`, 'guest');
  const crowded = {code: 'too_many_groups', limit: 'groups_per_room'};
  await expect(rooms.setGroup('den', 'a', 'guest')).rejects.toMatchObject(crowded);
});
