import {chat, room, session as wire} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {overlay} from '../../test/wrap-store.js';
import {settled, storeOptions} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

const connectMany = (count: number): Promise<HubClient[]> =>
  Promise.all(Array.from({length: count}, (_, n) => cluster.node(0).connect(`user-${n}`)));

test('[DRAIN1] a node that stops refuses handshakes with draining, also those that were under way', async () => {
  cluster = new HubCluster(2);
  const late = await cluster.node(0).admit('late');
  await cluster.node(0).hub.close();
  await expect(cluster.node(0).admit('ada')).rejects.toMatchObject({code: 'draining'});
  const connection = cluster.node(0).broadcaster.connect();
  late.start(connection);
  expect(connection.closed).toMatchObject({reason: 'draining'});
  expect(connection.frames).toEqual([]);
});

test('[DRAIN2] the other nodes hear that a node leaves before its clients do, and forget it when it is gone', async () => {
  cluster = new HubCluster(2);
  const [leaving, staying] = [cluster.node(0), cluster.node(1)];
  await leaving.connect('ada');
  expect(staying.hub.isLeaving('node-1')).toBe(false);
  await leaving.hub.close();
  await settled();
  expect([staying.hub.isLeaving('node-1'), leaving.hub.isLeaving('node-1')]).toEqual([true, true]);
  expect(staying.hub.isLeaving('node-2')).toBe(false);
  await leaving.store.close();
  await settled();
  expect(staying.hub.isLeaving('node-1')).toBe(false);
});

test('[DRAIN3] every session is told to come back at a time of its own, and resumes elsewhere', async () => {
  cluster = new HubCluster(2);
  const clients = await connectMany(3);
  await cluster.node(0).hub.close({retryAfterMs: 1_000});
  expect(clients.map(({connection}) => connection.closed)).toMatchObject([
    {reason: 'draining', retryAfterMs: 1_000},
    {reason: 'draining', retryAfterMs: 1_618},
    {reason: 'draining', retryAfterMs: 1_236},
  ]);
  expect((await cluster.node(1).resume('user-0', clients[0]!.ready)).ready.resumed).toBe(true);
});

test('[DRAIN3] sessions are sent away at half the pace at which the other nodes take clients in', async () => {
  cluster = new HubCluster(3);
  const clients = await connectMany(100);
  const gone = (): number => clients.filter(({connection}) => connection.closed).length;
  const closing = cluster.node(0).hub.close({acceptsPerSecond: 40, withinMs: 60_000});
  await cluster.clock.pass(1_000);
  expect(gone()).toBe(42);
  await cluster.clock.pass(1_000);
  expect(gone()).toBe(82);
  await cluster.clock.pass(1_000);
  await closing;
  expect(gone()).toBe(100);
});

test('[DRAIN3] a node that takes no clients is not reckoned with', async () => {
  cluster = new HubCluster(2);
  const mediaOnly = cluster.world.node(storeOptions('media-only', {media: true, clients: false}));
  const clients = await connectMany(30);
  const closing = cluster.node(0).hub.close({acceptsPerSecond: 40, withinMs: 60_000});
  await cluster.clock.pass(1_000);
  expect(clients.filter(({connection}) => connection.closed).length).toBe(21);
  await cluster.clock.pass(1_000);
  await closing;
  await mediaOnly.close();
});

test('[DRAIN3] the pace is raised so that all are away in time', async () => {
  cluster = new HubCluster(2);
  const clients = await connectMany(100);
  const closing = cluster.node(0).hub.close({acceptsPerSecond: 1, withinMs: 1_000});
  await cluster.clock.pass(1_000);
  await closing;
  expect(clients.every(({connection}) => connection.closed)).toBe(true);
});

/** A cluster of two whose first node's appends wait until they are let go. */
function withSlowAppends(): {letGo: () => void} {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  cluster = new HubCluster(2, {
    wrapStore: (store, node) =>
      node === 'node-1'
        ? overlay(store, {
            feeds: overlay(store.feeds, {
              append: async (...args) => {
                await gate;
                return store.feeds.append(...args);
              },
            }),
          })
        : store,
  });
  return {letGo};
}

async function inDen(): Promise<HubClient> {
  const bob = await cluster.node(1).connect('bob');
  await bob.ok(room.create, {room: 'den'});
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.join, {room: 'den'});
  return ada;
}

test('[DRAIN4] requests that were begun are answered before session.closing; later ones are refused with draining', async () => {
  const {letGo} = withSlowAppends();
  const ada = await inDen();
  const answers: unknown[] = [];
  const answered = ada.request(chat.send, {room: 'den', id: 'm1', text: 'x'}).then((answer) => answers.push(answer));
  const closing = cluster.node(0).hub.close();
  await settled();
  expect(ada.connection.closed).toBeUndefined();
  await expect(ada.refused(wire.list, {})).resolves.toMatchObject({code: 'draining', retryable: true});

  letGo();
  await answered;
  await closing;
  expect(answers).toMatchObject([{ok: true}]);
  expect(ada.connection.closed).toMatchObject({reason: 'draining'});
});

test('[DRAIN4] a request that takes too long is not waited for', async () => {
  const {letGo} = withSlowAppends();
  const ada = await inDen();
  void ada.request(chat.send, {room: 'den', id: 'm1', text: 'x'});
  const closing = cluster.node(0).hub.close();
  await settled();
  expect(ada.connection.closed).toBeUndefined();
  await cluster.clock.pass(2_000);
  expect(ada.connection.closed).toMatchObject({reason: 'draining'});
  await cluster.clock.pass(2_000);
  await closing;
  letGo();
  await settled();
});
