import {chat, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[ENV5] a request without an acknowledgement is carried out', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  ada.live.receive(room.create.name, {room: 'den'});
  await settled();
  ada.live.receive(room.join.name, {room: 'den'});
  await settled();
  ada.live.receive(chat.send.name, {room: 'den', id: 'm1', text: 'hi'});
  ada.live.receive(chat.send.name, {room: 'den'});
  ada.live.receive('nonsense', null);
  await settled();
  expect(ada.of(chat.message)).toMatchObject([{id: 'm1'}]);
});

test('[ENV7] a request above the rate is refused with the time to wait', async () => {
  cluster = new HubCluster(1, {limits: {requestsPerSecond: 5}});
  const ada = await cluster.node(0).connect('ada');
  const answers = await Promise.all(Array.from({length: 12}, () => ada.request(session.list, {})));
  expect(answers.filter(({ok}) => ok)).toHaveLength(10);
  expect(answers.at(-1)).toMatchObject({error: {code: 'rate_limited', retryable: true, retryAfterMs: 200}});
  cluster.clock.advance(200);
  await ada.ok(session.list, {});
});

test('[ENV7] a connection that keeps on regardless is closed with protocol_error, and others are not', async () => {
  cluster = new HubCluster(1, {limits: {requestsPerSecond: 5}});
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(0).connect('bob')];
  for (let n = 0; n < 100; n += 1) ada.live.receive('session.list', {});
  expect(ada.connection.closed?.reason).toBe('protocol_error');
  await bob.ok(session.list, {});
});

test('[CON3] a client of a version below the floor is refused', async () => {
  cluster = new HubCluster(1);
  await expect(cluster.node(0).admit('ada', {v: 0})).rejects.toMatchObject({code: 'version_unsupported'});
});

test('after its end a session takes no requests, and its late answers hurt nobody', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  ada.live.receive(room.join.name, {room: 'den'});
  await ada.drop();
  ada.live.receive(room.create.name, {room: 'late'});
  await settled();
  expect(ada.connection.rooms).toEqual(new Set());
  expect(await cluster.node(0).store.rooms.get('late')).toBeUndefined();
  const again = await cluster.node(0).resume('ada', ada.ready);
  expect(again.ready.rooms).toMatchObject([{room: 'den'}]);
});

test('[CON12] a connection that ends within its own replay leaves its session away, to be resumed', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  const {epoch, head} = await ada.ok(room.join, {room: 'den'});
  await ada.drop();
  const bob = await cluster.node(0).connect('bob');
  await bob.ok(room.join, {room: 'den'});
  for (const id of ['m1', 'm2', 'm3']) await bob.ok(chat.send, {room: 'den', id, text: 'x'});
  const {session: id, key} = ada.ready;
  const resume = {session: id, key, rooms: {den: [epoch, head] as [string, number]}};
  const admission = await cluster.node(0).admit('ada', {resume});
  const connection = cluster.node(0).broadcaster.connect();
  connection.sendJson = (name) => {
    if (name === chat.message.name) connection.close('slow_consumer');
  };
  admission.start(connection);
  await settled();
  expect((await cluster.node(0).store.sessions.find(id))?.state).toBe('away');
  expect(cluster.node(0).hub.connections).toBe(1);
  const again = await cluster.node(0).resume('ada', ada.ready, {rooms: {den: [epoch, head]}});
  expect(again.of(chat.message)).toHaveLength(3);
});

test('while the store is away a handshake is refused, and a resume succeeds when it is back', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  cluster.world.setAvailable(false);
  await expect(cluster.node(0).admit('bob')).rejects.toMatchObject({code: 'unavailable'});
  await ada.drop();
  await cluster.clock.pass(1_500);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(1_500);
  expect((await cluster.node(0).store.sessions.find(ada.ready.session))?.state).toBe('away');
  expect((await cluster.node(0).resume('ada', ada.ready)).ready.resumed).toBe(true);
});
