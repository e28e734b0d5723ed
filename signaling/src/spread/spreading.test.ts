import {call as wire, callData, people} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';

let cluster: CallCluster;
const broken: string[] = [];
const begin = (): CallCluster =>
  (cluster = new CallCluster(
    {},
    {
      callPipeBroken: (how) => void broken.push(how),
    },
  ));

afterEach(async () => {
  await cluster.close();
  expect(cluster.nodes.map(({media}) => media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
  expect(cluster.defects).toEqual([]);
  broken.length = 0;
});

/** Nobody else comes to that node any more. */
function fill({media}: CallNode): void {
  media.fullForMs = 5_000;
  for (const room of media.rooms) room.fullForMs = 5_000;
}

interface Two {
  readonly north: CallNode;
  readonly south: CallNode;
  readonly ann: CallClient;
  readonly bob: CallClient;
  readonly annSends: string;
  readonly bobSends: string;
  readonly bobReceives: string;
}

/** Ann's media is in the north, where the call is run, and Bob's in the south. */
async function twoNodes(): Promise<Two> {
  const north = begin().node('north', {spread: 'full'});
  const south = cluster.node('south', {spread: 'full'});
  const ann = await cluster.client(north, 'ann');
  const {send: annSends} = await ann.enter();
  fill(north);
  await cluster.clock.pass(2_500);
  const bob = await cluster.client(north, 'bob');
  const {send: bobSends, receive: bobReceives} = await bob.enter();
  return {north, south, ann, bob, annSends, bobSends, bobReceives};
}

const only = <T>(all: Iterable<T>): T => {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Error('not exactly one');
  return one;
};
const peersAt = ({media}: CallNode): readonly string[] =>
  [...media.rooms].flatMap(({transports}) => [...new Set([...transports.values()].map(({peer}) => peer))]);

/** As much as one needs to hear the other. */
async function confirm(client: CallClient): Promise<void> {
  await cluster.clock.pass(100);
  const consumers = [...client.view.consumers.keys()];
  await client.ask(wire.consumersReady, {room: 'den', consumers});
}

test('[CALL63] who comes when the node of the call is full is carried by another node, and hears and is heard', async () => {
  const {north, south, ann, bob, annSends, bobSends} = await twoNodes();
  expect(peersAt(north)).toEqual([ann.session]);
  expect(peersAt(south)).toEqual([bob.session]);
  const annsVoice = await ann.publish(annSends);
  const bobsVoice = await bob.publish(bobSends);
  await confirm(ann);
  await confirm(bob);
  expect([...only(south.media.rooms).consumers.values()]).toMatchObject([{producer: annsVoice, paused: false}]);
  expect([...only(north.media.rooms).consumers.values()]).toMatchObject([{producer: bobsVoice, paused: false}]);
  // Who speaks is heard at one place.
  expect(only(north.media.rooms).producers.get(bobsVoice)).toMatchObject({voice: true});

  await ann.ask(wire.producerPause, {room: 'den', producer: annsVoice});
  expect(only(south.media.rooms).producers.get(annsVoice)).toMatchObject({paused: true});
  await ann.ask(wire.producerClose, {room: 'den', producer: annsVoice});
  await cluster.clock.pass(100);
  expect(only(south.media.rooms).producers.has(annsVoice)).toBe(false);
  expect([...bob.view.consumers.keys()]).toEqual([]);
});

test('[CALL63] with all nodes full a join is refused, and with the setting off nobody is carried elsewhere', async () => {
  const {south} = await twoNodes();
  fill(south);
  await cluster.clock.pass(2_500);
  const [north] = cluster.nodes;
  const cas = await cluster.client(north!, 'cas');
  await expect(cas.join()).rejects.toMatchObject({code: 'overloaded', retryAfterMs: 5_000});
  await cluster.close();

  const alone = begin().node('north');
  cluster.node('south');
  const ann = await cluster.client(alone, 'ann');
  await ann.enter();
  fill(alone);
  await cluster.clock.pass(2_500);
  const bob = await cluster.client(alone, 'bob');
  await expect(bob.join()).rejects.toMatchObject({code: 'overloaded'});
});

test('[CALL64] a call that begins on a full node begins on another that has room', async () => {
  const north = begin().node('north');
  const south = cluster.node('south');
  fill(north);
  await cluster.clock.pass(2_500);
  const ann = await cluster.client(north, 'ann');
  await ann.enter();
  expect(peersAt(south)).toEqual([ann.session]);
  expect(north.media.rooms.size).toBe(0);
});

test('[CALL65] each peer is carried by the node that it is connected to, where that is asked for', async () => {
  const north = begin().node('north', {spread: 'near'});
  const south = cluster.node('south', {spread: 'near'});
  const hub = cluster.node('hub', {media: false, spread: 'near'});
  await cluster.clock.pass(2_500);
  const [ann, bob, cas] = [
    await cluster.client(north, 'ann'),
    await cluster.client(south, 'bob'),
    await cluster.client(hub, 'cas'),
  ];
  for (const client of [ann, bob, cas]) await client.enter();
  expect(peersAt(north)).toEqual([ann.session, cas.session]);
  expect(peersAt(south)).toEqual([bob.session]);
});

test('[CALL66] when a node dies that carries peers of a call, they alone lose their media and come back to it elsewhere', async () => {
  const {north, south, ann, bob, annSends, bobSends} = await twoNodes();
  await ann.publish(annSends);
  const producer = await bob.publish(bobSends);
  const third = cluster.node('third', {spread: 'full'});
  await cluster.clock.pass(2_500);
  const {transports} = only(north.media.rooms);
  const before = [...transports.keys()];
  cluster.kill(south);
  await cluster.clock.pass(6_000);
  expect(bob.view.ended).toBe('lost');
  expect(ann.view.ended).toBeUndefined();
  expect(ann.view.producers.has(producer)).toBe(false);
  expect([...transports.keys()]).toEqual(before);

  const {send} = await bob.enter();
  expect(peersAt(third)).toEqual([bob.session]);
  await bob.publish(send);
  await confirm(ann);
  await confirm(bob);
  expect(ann.view.consumers.size).toBe(1);
  expect(bob.view.consumers.size).toBe(1);
});

test('[CALL67] a pipe that is gone is made anew for what goes by it, and nobody loses more than consumers', async () => {
  const {north, south, ann, bob, annSends, bobSends} = await twoNodes();
  await ann.publish(annSends);
  await bob.publish(bobSends);
  await confirm(ann);
  await confirm(bob);
  const room = only(south.media.rooms);
  const pipe = only(room.pipes.keys());
  room.losePipe(pipe);
  await confirm(ann);
  await confirm(bob);
  await cluster.clock.pass(2_500);
  await confirm(ann);
  await confirm(bob);
  expect(only(room.pipes.keys())).not.toBe(pipe);
  for (const {media} of [north, south]) {
    expect([...only(media.rooms).consumers.values()]).toMatchObject([{paused: false}]);
    expect(only(media.rooms).pipes.size).toBe(1);
  }
  expect(broken).toEqual(['closed']);
  expect([ann.view.ended, bob.view.ended]).toEqual([undefined, undefined]);
});

test('[CALL67] a pipe by which nothing arrives is made anew, less and less often', async () => {
  const {north, south, ann, bob, annSends} = await twoNodes();
  await ann.publish(annSends);
  await confirm(bob);
  const measure = (): void => {
    for (const [{media}, sentBytes, receivedBytes] of [
      [north, 9_000, 0],
      [south, 100, 0],
    ] as const)
      for (const room of media.rooms)
        for (const pipe of room.pipes.keys()) room.say({kind: 'pipe', pipe, sentBytes, receivedBytes});
  };
  for (let round = 1; round <= 40; round += 1) {
    measure();
    await cluster.clock.pass(2_000);
  }
  // After 3, 6, 12 more and so on.
  expect(broken.length).toBeGreaterThanOrEqual(2);
  expect(broken.length).toBeLessThanOrEqual(4);
  expect(new Set(broken)).toEqual(new Set(['blocked']));
  expect(bob.view.ended).toBeUndefined();
});

test('[CALL68] what nobody wants on another node is not piped there, and a node without peers carries nothing of the call', async () => {
  const {north, south, ann, bob, annSends, bobReceives} = await twoNodes();
  await ann.publish(annSends, 'camera');
  await confirm(bob);
  const room = only(south.media.rooms);
  expect(room.pipes.size).toBe(1);
  await bob.ask(wire.subscribe, {room: 'den', transport: bobReceives, producers: []});
  await cluster.clock.pass(2_500);
  expect(room.producers.size).toBe(0);
  expect([room.pipes.size, only(north.media.rooms).pipes.size]).toEqual([0, 0]);
  await bob.ask(wire.leave, {room: 'den'});
  await cluster.clock.pass(12_000);
  expect(south.media.rooms.size).toBe(0);
  expect(north.media.rooms.size).toBe(1);
});

test('[CALL66] a part whose owner is gone ends by itself', async () => {
  const {north, south} = await twoNodes();
  cluster.kill(north);
  await cluster.clock.pass(10_000);
  expect(south.media.rooms.size).toBe(0);
});

test('[CALL63] data goes from node to node', async () => {
  const {south, ann, bob, annSends, bobReceives} = await twoNodes();
  const sctpStreamParameters = {streamId: 1, ordered: true};
  await bob.ask(wire.subscribe, {room: 'den', transport: bobReceives, producers: 'all', data: true});
  const channel = {room: 'den', id: ann.id(), transport: annSends, label: 'notes', protocol: '', sctpStreamParameters};
  const {dataProducer} = await ann.ask(callData.produce, channel);
  await cluster.clock.pass(100);
  const [offered] = bob.view.eventsOf(callData.offered);
  const dataConsumers = offered!.channels.map(({dataConsumer}) => dataConsumer);
  await bob.ask(callData.ready, {room: 'den', dataConsumers});
  expect([...only(south.media.rooms).ends.values()]).toMatchObject([{channel: dataProducer, paused: false}]);
  await ann.ask(callData.close, {room: 'den', dataProducer});
  await cluster.clock.pass(100);
  expect(only(south.media.rooms).channels.size).toBe(0);
});

test('[CALL63] what is recorded of a call comes from all its nodes, and goes on after a pipe broke', async () => {
  const {north, south, ann, bob, annSends, bobSends} = await twoNodes();
  await ann.ask(people.record, {room: 'den', recording: true});
  const annsVoice = await ann.publish(annSends);
  const bobsVoice = await bob.publish(bobSends);
  const bobsCamera = await bob.publish(bobSends, 'camera');
  await cluster.clock.pass(100);
  const home = only(north.media.rooms);
  expect(home.recorded).toEqual([annsVoice, bobsVoice, bobsCamera]);
  only(south.media.rooms).losePipe(only(only(south.media.rooms).pipes.keys()));
  await cluster.clock.pass(2_500);
  expect(home.recorded).toEqual([annsVoice, bobsVoice, bobsCamera, bobsVoice, bobsCamera]);
  await ann.ask(people.record, {room: 'den', recording: false});
});
