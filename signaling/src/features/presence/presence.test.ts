import {presence, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../../test/hub-cluster.js';
import {overlay} from '../../../test/wrap-store.js';
import {settled} from '../../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
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

const told = (client: HubClient, user: string) =>
  client
    .of(presence.changed)
    .filter((change) => change.user === user)
    .map((change) => `${change.room} ${change.status}`);

test('[PRES1] online while any session is connected, away while one may be resumed, then offline', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada');
  const status = async (): Promise<string | undefined> =>
    (await ada.ok(presence.get, {users: ['bob']})).users[0]?.status;
  expect(await status()).toBe('offline');
  const desk = await joined(0, 'bob');
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

test('[PRES2] a change is told once to each room the user is a member of, and no change to none', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den', 'pub');
  await joined(0, 'eve', 'elsewhere');
  const bob = await joined(1, 'bob', 'den', 'pub');
  expect(told(ada, 'bob')).toEqual([]);
  const second = await joined(0, 'bob');
  await bob.drop();
  expect(told(ada, 'bob')).toEqual([]);
  await second.drop();
  expect(told(ada, 'bob').sort()).toEqual(['den away', 'pub away']);
  await cluster.clock.pass(121_000);
  expect(told(ada, 'bob').sort()).toEqual(['den away', 'den offline', 'pub away', 'pub offline']);
  await joined(1, 'bob');
  expect(told(ada, 'bob').slice(-2).sort()).toEqual(['den online', 'pub online']);
});

test('[PRES2] a change while the store is only half back is told to all once it is back', async () => {
  let half = false;
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        // As where commands work again and subscriptions do not yet: what is published reaches nobody else.
        get available() {
          return !half && store.available;
        },
      }),
  });
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  half = true;
  await bob.drop();
  expect(told(ada, 'bob')).toEqual([]);
  half = false;
  await cluster.clock.pass(2_000);
  expect(told(ada, 'bob')).toEqual(['den away']);
});

test('[PRES2] the death of a node is told as away, once, whoever notices it', async () => {
  cluster = new HubCluster(3);
  const ada = await joined(0, 'ada', 'den');
  const eve = await joined(1, 'eve', 'den');
  await joined(2, 'bob', 'den');
  cluster.world.kill('node-3');
  await cluster.clock.pass(10_000);
  for (const witness of [ada, eve]) expect(told(witness, 'bob')).toEqual(['den away']);
});

test('[PRES2] a change that the store’s absence kept from being told is told when it is back', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  cluster.world.setAvailable(false);
  await bob.drop();
  await cluster.clock.pass(5_000);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(2_000);
  expect(told(ada, 'bob')).toEqual(['den away']);
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
      {user: 'bob', status: 'away'},
      {user: 'ada', status: 'online'},
      {user: 'nobody', status: 'offline'},
    ],
  });
  const {members} = await ada.ok(room.members, {room: 'den'});
  expect(members.map(({user, presence: status}) => [user, status])).toEqual([
    ['ada', 'online'],
    ['bob', 'away'],
  ]);
  expect(asked).toEqual([]);
});
