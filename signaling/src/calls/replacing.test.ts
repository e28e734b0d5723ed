import {call as wire, callReceiving, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import type {FakeMediaRoom} from '../testing/fake-media.js';

const room = 'den';
const replaced: string[] = [];
let cluster: CallCluster;
let node: CallNode;
let ann: CallClient;
let bob: CallClient;
let annSend: string;
let bobSend: string;
let bobReceive: string;

/** Ann sends to Bob, who has confirmed it. */
beforeEach(async () => {
  replaced.length = 0;
  cluster = new CallCluster({}, {callTransportReplaced: (direction) => void replaced.push(direction)});
  node = cluster.node('a');
  ann = await cluster.client(node, 'ann');
  bob = await cluster.client(node, 'bob');
  ({send: annSend} = await ann.enter());
  ({send: bobSend, receive: bobReceive} = await bob.enter());
});
afterEach(async () => {
  for (const {view} of [ann, bob]) expect(view.contradictions).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(node.media.objects).toBe(0);
});

const media = (): FakeMediaRoom => [...node.media.rooms][0]!;
const only = (client: CallClient): string => {
  expect(client.view.consumers.size).toBe(1);
  return [...client.view.consumers.keys()][0]!;
};
const lastOffer = (client: CallClient): wire.ConsumerOffer | undefined =>
  client.events(wire.consumersOffered).at(-1)?.consumers.at(-1);
async function received(): Promise<string> {
  await offered(cluster);
  await bob.confirm();
  return only(bob);
}
const fail = async (transport: string): Promise<void> => {
  media().say({kind: 'transport', transport, state: 'failed'});
  await cluster.clock.pass(1);
};

test('[CALL33] what was published on a transport goes on by the one that replaces it, as the same producer', async () => {
  const producer = await ann.publish(annSend);
  const before = await received();
  const told = bob.events(wire.producer).length;

  await fail(annSend);
  expect(ann.events(wire.transportFailed)).toEqual([{room, transport: annSend}]);
  await expect(ann.ask(wire.transportRestartIce, {room, transport: annSend, generation: 1})).rejects.toMatchObject({
    code: 'unknown_media',
  });
  const next = await ann.replace('send', annSend);
  expect(await ann.publish(next, 'microphone', {replaces: producer})).toBe(producer);
  const after = await received();

  // One producer, and nothing told of it but what takes the place of the consumer.
  expect([...media().producers.keys()]).toHaveLength(1);
  expect(media().transports.has(annSend)).toBe(false);
  expect(bob.events(wire.producer)).toHaveLength(told);
  expect(bob.events(wire.consumersClosed)).toEqual([]);
  expect(lastOffer(bob)).toMatchObject({consumer: after, producer, transport: bobReceive, replaces: before});
  expect(media().consumers.get(after)?.paused).toBe(false);
  expect(replaced).toEqual(['send']);
  expect(bob.events(wire.peer).map(({change}) => change)).toEqual(['reconnecting']);
  media().say({kind: 'transport', transport: next, state: 'connected'});
  await cluster.clock.pass(1);
  expect(bob.events(wire.peer).map(({change}) => change)).toEqual(['reconnecting', 'connected']);
  // And closing it ends it for all, once.
  await ann.ask(wire.producerClose, {room, producer});
  expect(bob.events(wire.producer).at(-1)).toMatchObject({producer, change: 'closed'});
  expect(media().producers.size).toBe(0);
});

test('[CALL33] what was muted stays so, also if that was done in between', async () => {
  const microphone = await ann.publish(annSend);
  const camera = await ann.publish(annSend, 'camera', {paused: true});
  const next = await ann.replace('send', annSend);
  await ann.ask(wire.producerPause, {room, producer: microphone});
  const answer = await ann.ask(wire.produce, {
    room,
    id: 'again',
    transport: next,
    kind: 'audio',
    source: 'microphone',
    rtpParameters: {codecs: [{mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2}]},
    paused: false,
    replaces: microphone,
  });
  expect(answer).toEqual({producer: microphone, paused: true});
  await ann.publish(next, 'camera', {replaces: camera, paused: false});
  expect([...media().producers.values()].map(({paused}) => paused)).toEqual([true, true]);
  await ann.ask(wire.producerResume, {room, producer: microphone});
  expect([...media().producers.values()].map(({paused}) => paused)).toEqual([false, true]);
});

test('[CALL33] who is muted by another while their transport is replaced, is so by the next one', async () => {
  const producer = await bob.publish(bobSend);
  const next = await bob.replace('send', bobSend);
  await ann.ask(people.mute, {room, peers: [bob.session]});
  expect(bob.events(people.muted)).toMatchObject([{producers: [producer]}]);
  await bob.publish(next, 'microphone', {replaces: producer, paused: false});
  expect([...media().producers.values()].map(({paused}) => paused)).toEqual([true]);
  expect(ann.view.producers.get(producer)).toMatchObject({paused: true});
});

test('[CALL34] what a receiver wished of a consumer holds for the one that takes its place', async () => {
  const camera = await ann.publish(annSend, 'camera');
  const before = await received();
  await bob.ask(wire.consumerSet, {room, consumer: before, pinned: true, priority: 7, paused: true});
  const next = await ann.replace('send', annSend);
  // While it is held it can be set as ever.
  await bob.ask(wire.consumerSet, {room, consumer: before, preferredLayers: {spatial: 0}, priority: 9});
  await ann.publish(next, 'camera', {replaces: camera});
  const after = await received();
  expect(after).not.toBe(before);
  expect(media().consumers.get(after)).toMatchObject({paused: true, priority: 9});
  expect((await bob.ask(wire.sync, {room})).consumers).toMatchObject([{consumer: after, paused: true, ready: true}]);
});

test('[CALL34] who replaces the transport to receive is offered all anew by it, without subscribing again', async () => {
  const producer = await ann.publish(annSend);
  const before = await received();
  const next = await bob.replace('receive', bobReceive);
  const after = await received();
  expect(lastOffer(bob)).toMatchObject({consumer: after, producer, transport: next, replaces: before});
  expect(bob.events(wire.consumersClosed)).toEqual([]);
  expect([...media().consumers]).toMatchObject([[after, {transport: next, paused: false}]]);
  // And what comes later comes by it too.
  await ann.publish(annSend, 'camera');
  await offered(cluster);
  expect(lastOffer(bob)).toMatchObject({source: 'camera', transport: next});
  expect(replaced).toEqual(['receive']);
});

test('[CALL33] what nobody takes up within 15 s is closed', async () => {
  const producer = await ann.publish(annSend);
  const before = await received();
  await ann.replace('send', annSend);
  await cluster.clock.pass(14_900);
  expect(bob.events(wire.producer).map(({change}) => change)).toEqual(['published']);
  await cluster.clock.pass(200);
  expect(bob.events(wire.producer).at(-1)).toMatchObject({producer, change: 'closed'});
  expect(bob.events(wire.consumersClosed)).toEqual([{room, consumers: [before]}]);
});

test('[CALL33] a transport that is replaced by one that fails too can be replaced again, and nothing is doubled', async () => {
  const producer = await ann.publish(annSend);
  await received();
  const second = await ann.replace('send', annSend);
  await cluster.clock.pass(10_000);
  const third = await ann.replace('send', second);
  await ann.publish(third, 'microphone', {replaces: producer});
  await received();
  await cluster.clock.pass(20_000);
  expect(bob.view.producers.size).toBe(1);
  expect(media().producers.size).toBe(1);
  expect([...media().transports.values()].filter(({peer}) => peer === ann.session)).toHaveLength(2);
});

test('[CALL33] a replacement is of the same direction and source, of one’s own, and asked twice made once', async () => {
  const producer = await ann.publish(annSend);
  const create = (params: {id: string; direction: 'send' | 'receive'; replaces: string}): Promise<unknown> =>
    ann.ask(wire.transportCreate, {room, ...params});
  const unknown = {code: 'unknown_media', field: 'replaces'};
  await expect(create({id: 'x1', direction: 'receive', replaces: annSend})).rejects.toMatchObject(unknown);
  await expect(create({id: 'x2', direction: 'receive', replaces: bobReceive})).rejects.toMatchObject(unknown);
  const first = await create({id: 'x3', direction: 'send', replaces: annSend});
  expect(await create({id: 'x3', direction: 'send', replaces: annSend})).toEqual(first);
  const {transport} = first as {transport: string};
  await expect(ann.publish(transport, 'camera', {replaces: producer})).rejects.toMatchObject({code: 'conflict'});
  await expect(ann.publish(transport, 'camera', {replaces: 'nothing'})).rejects.toMatchObject(unknown);
  // The source is taken, though nothing comes by it.
  await expect(ann.publish(transport)).rejects.toMatchObject({code: 'conflict'});
  const again = {id: 'p1', replaces: producer};
  await ann.publish(transport, 'microphone', again);
  expect(await ann.publish(transport, 'microphone', again)).toBe(producer);
  expect(media().producers.size).toBe(1);
});

test('[CALL33] a track that lives may be replaced as well: the one before ends when the next is there', async () => {
  const producer = await ann.publish(annSend);
  const before = await received();
  await ann.publish(annSend, 'microphone', {replaces: producer});
  const after = await received();
  expect(media().producers.size).toBe(1);
  expect(lastOffer(bob)).toMatchObject({replaces: before, consumer: after});
});

test('[CALL33] limits count a producer that goes on once', async () => {
  await ann.ask(people.limits, {room, producers: 1});
  const producer = await ann.publish(annSend);
  const next = await ann.replace('send', annSend);
  await ann.publish(next, 'microphone', {replaces: producer});
  await expect(ann.publish(next, 'camera')).rejects.toMatchObject({code: 'call_media_full'});
});

test('[CALL48] what others go before stays withheld when it is replaced', async () => {
  await bob.ask(callReceiving.receive, {room, videos: 0});
  const camera = await ann.publish(annSend, 'camera');
  const before = await received();
  const next = await ann.replace('send', annSend);
  await ann.publish(next, 'camera', {replaces: camera});
  const after = await received();
  expect(after).not.toBe(before);
  expect(lastOffer(bob)).toMatchObject({withheld: true});
  expect(media().consumers.get(after)?.paused).toBe(true);
});

test('[CALL10] who leaves while what they publish is held leaves nothing', async () => {
  await ann.publish(annSend);
  await received();
  await ann.replace('send', annSend);
  await ann.ask(wire.leave, {room});
  await cluster.clock.pass(20_000);
  expect(bob.view.producers.size).toBe(0);
  expect(bob.view.consumers.size).toBe(0);
});
