import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
let c: CallNode;
let ann: CallClient;
let bob: CallClient;
let anns: {send: string; receive: string};
let bobs: {send: string; receive: string};

/** Ann's node runs the call; Bob is on another, and there is a third. */
beforeEach(async () => {
  cluster = new CallCluster();
  [a, b, c] = [cluster.node('a'), cluster.node('b'), cluster.node('c')];
  ann = await cluster.client(a, 'ann');
  bob = await cluster.client(b, 'bob');
  anns = await ann.enter();
  bobs = await bob.enter();
  await ann.publish(anns.send);
  await bob.publish(bobs.send);
  await offered(cluster);
  await Promise.all([ann.confirm(), bob.confirm()]);
});
afterEach(async () => {
  expect([...ann.view.contradictions, ...bob.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect([a, b, c].map(({media}) => media.objects)).toEqual([0, 0, 0]);
});

const held = (): unknown => {
  const {transports, producers, consumers} = [...a.media.rooms][0]!;
  return [...transports.keys(), ...producers.keys(), ...consumers.keys()];
};
const changes = (): string[] => ann.events(wire.peer).map(({change}) => change);

test('[CALL8] a drop and a resume on another node leave all media as it is, and sync tells the state', async () => {
  const before = held();
  const known = {peers: new Map(bob.view.peers), producers: new Map(bob.view.producers), consumers: bob.view.consumers};
  bob.drop();
  await settled();
  const ready = await bob.connect(c);
  expect(ready).toMatchObject({resumed: true, call: {room: 'den'}, node: 'c'});
  const synced = await bob.ask(wire.sync, {room: 'den'});
  expect(held()).toEqual(before);
  expect(synced.consumers.map(({ready: confirmed}) => confirmed)).toEqual([true]);
  expect(synced.transports.map(({transport}) => transport)).toEqual([bobs.send, bobs.receive]);
  expect(bob.view).toMatchObject(known);
  // From now on it is told on its new node.
  await ann.publish(anns.send, 'camera');
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(2);
});

test('[CALL8] a resume needs nothing of the node that died', async () => {
  const before = held();
  bob.vanish();
  cluster.kill(b);
  await bob.connect(c);
  await bob.ask(wire.sync, {room: 'den'});
  expect(held()).toEqual(before);
  await cluster.clock.pass(10_000);
  expect(ann.view.peers.get(bob.session)).toBe('connected');
  await ann.publish(anns.send, 'camera');
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(2);
});

test('[CALL8] what happened while the peer was away is in the sync, and offered again', async () => {
  // As long as his media is up, he is in the call.
  [...a.media.rooms][0]!.say({kind: 'transport', transport: bobs.receive, state: 'connected'});
  bob.drop();
  await settled();
  const camera = await ann.publish(anns.send, 'camera');
  await cluster.clock.pass(60_000);
  expect([...a.media.rooms][0]?.consumers.size).toBe(2);
  await bob.connect(c);
  await bob.ask(wire.sync, {room: 'den'});
  expect(bob.view.producers.has(camera)).toBe(true);
  await offered(cluster);
  expect([...bob.view.consumers.values()].map(({producer}) => producer)).toContain(camera);
});

test('[CALL8] consumers that were never confirmed are listed, and may be confirmed after the resume', async () => {
  await ann.publish(anns.send, 'camera');
  await offered(cluster);
  bob.drop();
  await bob.connect(c);
  const {consumers} = await bob.ask(wire.sync, {room: 'den'});
  expect(consumers.map(({ready}) => ready)).toEqual([true, false]);
  expect(await bob.confirm()).toHaveLength(1);
  await cluster.clock.pass(40_000);
  expect(bob.view.consumers.size).toBe(2);
});

test('[CALL8] a request that was under way when the connection went is answered once, after the resume', async () => {
  const lost = bob.publish(bobs.send, 'camera', {id: 'camera'}).catch(() => undefined);
  bob.drop();
  await bob.connect(c);
  await bob.ask(wire.sync, {room: 'den'});
  const again = await bob.publish(bobs.send, 'camera', {id: 'camera'});
  const first = await lost;
  if (first !== undefined) expect(again).toBe(first);
  await settled();
  expect(ann.events(wire.producer).filter(({change}) => change === 'published')).toHaveLength(2);
});

test('[CALL9] a peer whose signaling is gone is told as reconnecting, and as connected when it is back', async () => {
  bob.drop();
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting']);
  await bob.connect(c);
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting', 'connected']);
});

test('[CALL9] so is one whose node died, and one that does not come back is told as left', async () => {
  bob.vanish();
  cluster.kill(b);
  await cluster.clock.pass(5_000); // the node's time-out
  expect(changes()).toEqual(['joined', 'reconnecting']);
  await cluster.clock.pass(180_000);
  expect(changes()).toEqual(['joined', 'reconnecting', 'left']);
  expect(ann.view.consumers.size).toBe(0);
});

test('[CALL9] so is one whose media is gone, within the turn in which the engine says so', async () => {
  const [room] = a.media.rooms;
  room!.say({kind: 'transport', transport: bobs.send, state: 'connected'});
  room!.say({kind: 'transport', transport: bobs.send, state: 'disconnected'});
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting']);
  // Signaling coming and going does not make it whole.
  bob.drop();
  await bob.connect(c);
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting']);
  room!.say({kind: 'transport', transport: bobs.send, state: 'connected'});
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting', 'connected']);
  room!.say({kind: 'transport', transport: bobs.send, state: 'failed'});
  await settled();
  const {transport} = await bob.ask(wire.transportCreate, {room: 'den', id: bob.id(), direction: 'send'});
  await bob.publish(transport);
  await settled();
  expect(changes().slice(3)).toEqual(['reconnecting', 'connected']);
});

test('[CALL9] a late word of the old node does not hurt a peer that has resumed', async () => {
  // The session is taken over while its old connection still stands: the old node notices later.
  await bob.connect(c);
  await bob.ask(wire.sync, {room: 'den'});
  await settled();
  expect(ann.view.peers.get(bob.session)).toBe('connected');
  expect(changes()).toEqual(['joined']);
});
