import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let owner: CallNode;
let ann: CallClient;
let bob: CallClient;
let anns: {send: string; receive: string};

beforeEach(async () => {
  cluster = new CallCluster({calls: {peers: 20, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0}});
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  anns = await ann.enter();
  await bob.enter();
});
afterEach(async () => {
  expect([...ann.view.contradictions, ...bob.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(owner.media.objects).toBe(0);
});

const room = () => [...owner.media.rooms][0]!;

test('[CALL5] consumers are offered together, paused, and start when they are confirmed', async () => {
  await Promise.all([ann.publish(anns.send), ann.publish(anns.send, 'camera')]);
  expect(bob.events(wire.consumersOffered)).toEqual([]);
  await offered(cluster);
  expect(bob.events(wire.consumersOffered).map(({consumers}) => consumers.length)).toEqual([2]);
  expect([...room().consumers.values()].map(({paused}) => paused)).toEqual([true, true]);
  await bob.confirm();
  expect([...room().consumers.values()].map(({paused}) => paused)).toEqual([false, false]);
});

test('[CALL5] one that is not confirmed within 30 s is closed, and told to be', async () => {
  await ann.publish(anns.send);
  await offered(cluster);
  await bob.confirm();
  await ann.publish(anns.send, 'camera');
  await offered(cluster);
  const [late] = bob.view.unconfirmed();
  await cluster.clock.pass(29_000);
  expect(bob.view.consumers.size).toBe(2);
  await cluster.clock.pass(1_000);
  expect(bob.events(wire.consumersClosed)).toEqual([{room: 'den', consumers: [late]}]);
  expect(room().consumers.size).toBe(1);
  await bob.ask(wire.consumersReady, {room: 'den', consumers: [late!]});
});

test('[CALL5] a producer that ends while its consumer is being made is not offered', async () => {
  let open = (): void => undefined;
  const mic = await ann.publish(anns.send);
  await cluster.clock.pass(29);
  owner.media.gate = new Promise((resolve) => (open = resolve));
  await cluster.clock.pass(1); // consume() is under way now
  const closing = ann.ask(wire.producerClose, {room: 'den', producer: mic});
  room().say({kind: 'producerClosed', producer: mic});
  await settled();
  open();
  owner.media.gate = Promise.resolve();
  await closing;
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(0);
  expect(room().consumers.size).toBe(0);
});

test('[CALL5] the client may pause what it receives, before it is ready and after', async () => {
  await Promise.all([ann.publish(anns.send), ann.publish(anns.send, 'camera')]);
  await offered(cluster);
  const [first, second] = bob.view.unconfirmed() as [string, string];
  await bob.ask(wire.consumerSet, {room: 'den', consumer: first, paused: true});
  await bob.confirm();
  expect([first, second].map((id) => room().consumers.get(id)?.paused)).toEqual([true, false]);
  await bob.ask(wire.consumerSet, {room: 'den', consumer: first, paused: false, priority: 9});
  await bob.ask(wire.consumerSet, {room: 'den', consumer: second, preferredLayers: {spatial: 1}, paused: true});
  expect([first, second].map((id) => room().consumers.get(id)?.paused)).toEqual([false, true]);
  await expect(ann.ask(wire.consumerSet, {room: 'den', consumer: first, paused: true})).rejects.toMatchObject({
    code: 'unknown_media',
  });
});

test('[CALL5] what the engine closes by itself is told', async () => {
  const mic = await ann.publish(anns.send);
  await offered(cluster);
  const [consumer] = await bob.confirm();
  room().say({kind: 'consumerClosed', consumer: consumer!});
  await settled();
  expect(bob.events(wire.consumersClosed)).toEqual([{room: 'den', consumers: [consumer]}]);
  room().say({kind: 'producerClosed', producer: mic});
  await settled();
  expect(bob.view.producers.has(mic)).toBe(false);
  expect(ann.events(wire.producer)).toEqual([]);
});

test('a peer that can decode nothing is offered nothing', async () => {
  const cas = await cluster.client(owner, 'cas');
  await cas.ask(wire.join, {room: 'den', id: 'join', rtpCapabilities: {codecs: []}});
  const {transport} = await cas.ask(wire.transportCreate, {room: 'den', id: 'receive', direction: 'receive'});
  await cas.ask(wire.subscribe, {room: 'den', transport, producers: 'all'});
  await ann.publish(anns.send);
  await offered(cluster);
  expect(cas.view.consumers.size).toBe(0);
  expect(bob.view.consumers.size).toBe(1);
});

test('[CALL26] in a large call what is paused is offered when it goes on, but to who listed it at once', async () => {
  await ann.publish(anns.send, 'microphone', {paused: true});
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(1);
  const more = await Promise.all(Array.from({length: 11}, (_, at) => cluster.client(owner, `more-${at}`)));
  for (const one of more) await one.enter();
  const camera = await ann.publish(anns.send, 'camera', {paused: true});
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(1);
  expect(more.map(({view}) => view.consumers.size)).toEqual(Array(11).fill(0));
  const [first] = more;
  const {transport} = await first!.ask(wire.transportCreate, {room: 'den', id: 'again', direction: 'receive'});
  await first!.ask(wire.subscribe, {room: 'den', transport, producers: [camera]});
  await offered(cluster);
  expect(first!.view.consumers.size).toBe(1);
  await ann.ask(wire.producerResume, {room: 'den', producer: camera});
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(2);
  expect(more.map(({view}) => view.consumers.size)).toEqual(Array(11).fill(1));
});
