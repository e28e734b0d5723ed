import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
let ann: CallClient;
let bob: CallClient;
let cas: CallClient;

/** Ann's node runs the call, Bob and Cas are on another. */
beforeEach(async () => {
  cluster = new CallCluster();
  [a, b] = [cluster.node('a'), cluster.node('b')];
  ann = await cluster.client(a, 'ann');
  bob = await cluster.client(b, 'bob');
  cas = await cluster.client(b, 'cas');
  await ann.enter();
  const {send} = await bob.enter();
  await cas.enter();
  await bob.publish(send);
  await offered(cluster);
});
afterEach(async () => {
  expect([...bob.view.contradictions, ...cas.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect([a, b].map(({media}) => media.objects)).toEqual([0, 0]);
});

test('[CALL13] when the node that runs the call dies, its peers are told, and joining again rebuilds it', async () => {
  cluster.kill(a);
  const refused = expect(bob.ask(wire.sync, {room: 'den'})).rejects.toMatchObject({retryable: true});
  await cluster.clock.pass(5_000);
  await refused;
  expect(bob.events(wire.closed)).toEqual([{room: 'den', reason: 'lost'}]);
  expect(cas.events(wire.closed)).toEqual([{room: 'den', reason: 'lost'}]);
  await cluster.clock.pass(2_000); // the lease of the dead runs out
  const {send} = await bob.enter();
  await cas.enter();
  await bob.publish(send);
  await offered(cluster);
  expect([...cas.view.peers.keys()].sort()).toEqual([bob.session, cas.session].sort());
  expect(cas.view.consumers.size).toBe(1);
  expect(b.media.rooms.size).toBe(1);
});

test('[CALL13] while the dead still has the call a join is refused for the moment, and then rebuilds it', async () => {
  cluster.kill(a);
  const refused = expect(cas.join()).rejects.toMatchObject({retryable: true});
  await cluster.clock.pass(5_000);
  await refused;
  await cluster.clock.pass(2_000);
  expect((await cas.join()).peers).toHaveLength(1);
});

test('[CALL13] one that was away then is told when it resumes', async () => {
  bob.drop();
  cluster.kill(a);
  await bob.connect(b);
  await cluster.clock.pass(10_000);
  expect(bob.view.ended).toBe('lost');
  expect((await bob.connect(b)).call).toBeUndefined();
});

test('[CALL13] a worker that dies is told to its calls, and they can begin again', async () => {
  a.media.kill();
  await settled();
  for (const client of [ann, bob, cas]) expect(client.events(wire.closed)).toEqual([{room: 'den', reason: 'lost'}]);
  await Promise.all([ann.enter(), bob.enter()]);
  expect(a.media.rooms.size + b.media.rooms.size).toBe(1);
});

test('[CALL13] an owner that loses its lease stops at once, whatever it is about', async () => {
  a.media.gate = new Promise(() => undefined); // its media hangs
  const stuck = ann.ask(wire.transportCreate, {room: 'den', id: 'stuck', direction: 'send'}).catch(() => undefined);
  await settled();
  cluster.world.setAvailable(false);
  await cluster.clock.pass(7_000);
  expect(a.media.rooms.size).toBe(0);
  expect(ann.events(wire.closed)).toEqual([{room: 'den', reason: 'lost'}]);
  a.media.gate = Promise.resolve();
  cluster.world.setAvailable(true);
  await cluster.clock.pass(20_000);
  for (const client of [bob, cas]) expect(client.view.ended).toBe('lost');
  await Promise.race([stuck, settled()]);
});

test('[CALL3] what the bus between nodes lost is fetched, in order and once', async () => {
  cluster.world.setAvailable(false); // for less than a lease
  const {send} = await ann.ask(wire.transportCreate, {room: 'den', id: 's', direction: 'send'}).then(({transport}) => ({
    send: transport,
  }));
  const mic = await ann.publish(send);
  await cluster.clock.pass(1_000);
  expect(bob.view.producers.has(mic)).toBe(false);
  cluster.world.setAvailable(true);
  await settled();
  expect(bob.view.producers.has(mic)).toBe(true);
  await offered(cluster);
  for (const client of [bob, cas])
    expect([...client.view.consumers.values()].map(({producer}) => producer)).toContain(mic);
});

test('[CALL10] a peer whose end nobody could tell is found by the directory', async () => {
  // Its session ends while the owner is out of reach of the one that ends it.
  await a.store.sessions.end(cas.session);
  await cluster.clock.pass(16_000);
  expect(bob.view.peers.has(cas.session)).toBe(false);
});
