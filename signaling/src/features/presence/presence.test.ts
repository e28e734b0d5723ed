import {presence, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../../test/hub-cluster.js';
import {settled} from '../../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

async function joined(node: number, user: string, ...rooms: string[]): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  for (const name of rooms) {
    await client.ask(room.create.name, {room: name});
    await client.ok(room.join, {room: name});
  }
  await settled();
  return client;
}

/** A gathering of news and a window have passed. */
const told = (): Promise<void> => cluster.clock.pass(300);

test('[PRES1] online while any session is connected, away while one may be resumed, then offline', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const status = async (): Promise<string | undefined> =>
    (await ada.ok(presence.get, {users: ['bob']})).users[0]?.status;
  const desk = await joined(0, 'bob', 'den');
  const phone = await joined(1, 'bob');
  await desk.drop();
  expect(await status()).toBe('online');
  await phone.drop();
  expect(await status()).toBe('away');
  const back = await cluster.node(0).resume('bob', phone.ready);
  expect(await status()).toBe('online');
  await back.ok(session.end, {});
  expect(await status()).toBe('away');
  await cluster.clock.pass(121_000);
  expect(await status()).toBe('offline');
});

test('[PRES3] presence.get and room.members answer with the current presence and ask no node', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  const asked: string[] = [];
  for (const {store} of cluster.nodes) {
    const {bus} = store;
    bus.request = (node, method) => {
      asked.push(method);
      return Promise.reject(new Error(`${node} was asked`));
    };
  }
  await bob.drop();
  expect(await ada.ok(presence.get, {users: ['bob', 'ada', 'nobody']})).toEqual({
    users: [
      {user: 'bob', status: 'away', devices: [{status: 'away'}]},
      {user: 'ada', status: 'online', devices: [{status: 'online'}]},
    ],
    hidden: ['nobody'],
  });
  const {members} = await ada.ok(room.members, {room: 'den'});
  expect(members.map(({user, presence: status}) => [user, status])).toEqual([
    ['ada', 'online'],
    ['bob', 'away'],
  ]);
  const {backstage} = cluster.node(0).hub;
  expect(await backstage.presenceOf(['bob', 'nobody'])).toMatchObject([{status: 'away'}, {status: 'offline'}]);
  expect(await backstage.members('den', {limit: 1})).toMatchObject({members: [{user: 'ada'}], cursor: 'ada'});
  expect(await backstage.members('den', {limit: 1, cursor: 'ada'})).toMatchObject({members: [{presence: 'away'}]});
  await expect(backstage.members('nowhere', {limit: 1})).rejects.toMatchObject({code: 'unknown_room'});
  expect(asked).toEqual([]);
});

test('[PRES5] a list of users tells of their devices as they come and go', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  expect(await ada.ok(presence.subscribeUsers, {users: ['bob', 'ada']})).toEqual({hidden: []});
  const phone = await cluster.node(0).connect('bob', {device: 'phone'});
  await told();
  await bob.ok(session.end, {});
  await told();
  await phone.drop();
  await told();
  expect(ada.of(presence.changed).map(({users}) => users)).toEqual([
    [
      {user: 'bob', status: 'online', devices: [{status: 'online'}]},
      {user: 'ada', status: 'online', devices: [{status: 'online'}]},
    ],
    [{user: 'bob', status: 'online', devices: [{status: 'online'}, {device: 'phone', status: 'online'}]}],
    [{user: 'bob', status: 'online', devices: [{device: 'phone', status: 'online'}]}],
    [{user: 'bob', status: 'away', devices: [{device: 'phone', status: 'away'}]}],
  ]);
});

test('[PRES6] only who has joined a room follows its presence, and leaving it ends that', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  const eve = await joined(0, 'eve', 'pub');
  expect(await eve.code(presence.subscribeRoom, {room: 'den'})).toBe('not_joined');
  expect(await eve.code(presence.subscribeRoom, {room: 'nowhere'})).toBe('unknown_room');
  await ada.ok(presence.subscribeRoom, {room: 'den'});
  // By another session of the user, on another node.
  await (await joined(1, 'ada')).ok(room.leave, {room: 'den'});
  await settled();
  await bob.drop();
  await told();
  expect(ada.of(presence.changed)).toEqual([]);
  expect((await cluster.node(1).store.sessions.find(ada.ready.session))?.following).toBeUndefined();
});

test('[PRES6] a user whom one shares no room with is hidden, also if that was different a minute ago', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den', 'pub');
  await joined(1, 'eve', 'pub');
  expect(await ada.ok(presence.get, {users: ['eve', 'bob']})).toMatchObject({users: [{user: 'bob'}], hidden: ['eve']});
  expect(await ada.ok(presence.subscribeUsers, {users: ['eve', 'bob', 'nobody']})).toEqual({hidden: ['eve', 'nobody']});
  await bob.ok(room.leave, {room: 'den'});
  await cluster.clock.pass(61_000);
  await bob.drop();
  await told();
  expect(ada.of(presence.changed)).toMatchObject([
    {users: [{user: 'bob', status: 'online'}]},
    {users: [], hidden: ['bob']},
  ]);
  await cluster.node(0).resume('bob', bob.ready);
  await told();
  expect(ada.of(presence.changed)).toHaveLength(2);
});

test('[PRES11] a session follows so many rooms and so many users, and no more', async () => {
  cluster = new HubCluster(1, {presence: {roomsPerSession: 1, usersPerSession: 2}});
  const ada = await joined(0, 'ada', 'den', 'pub');
  await joined(0, 'bob', 'den');
  await joined(0, 'eve', 'den');
  await ada.ok(presence.subscribeRoom, {room: 'den'});
  await ada.ok(presence.subscribeRoom, {room: 'den'});
  expect(await ada.code(presence.subscribeRoom, {room: 'pub'})).toBe('too_many_subscriptions');
  await ada.ok(presence.unsubscribeRoom, {room: 'den'});
  await ada.ok(presence.unsubscribeRoom, {room: 'den'});
  await ada.ok(presence.subscribeRoom, {room: 'pub'});
  await ada.ok(presence.subscribeUsers, {users: ['ada', 'bob']});
  expect(await ada.code(presence.subscribeUsers, {users: ['eve']})).toBe('too_many_subscriptions');
  await ada.ok(presence.unsubscribeUsers, {users: ['ada']});
  await ada.ok(presence.subscribeUsers, {users: ['eve', 'bob']});
  await ada.ok(presence.unsubscribeUsers, {});
  const stored = async () => (await cluster.node(0).store.sessions.find(ada.ready.session))?.following;
  expect(await stored()).toEqual({rooms: ['pub'], users: []});
  await ada.ok(presence.unsubscribeRoom, {});
  expect(await stored()).toBeUndefined();
});
