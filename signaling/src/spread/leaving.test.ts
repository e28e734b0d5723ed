import {call as wire, callData, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import type {FakeMediaRoom} from '../testing/fake-media.js';

const room = 'den';
let cluster: CallCluster;
let north: CallNode;
let south: CallNode;
let third: CallNode;
let ann: CallClient;
let bob: CallClient;
/** What Bob sends on. */
let sends: string;

const only = <T>(all: Iterable<T>): T => {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Error('not exactly one');
  return one;
};

/** Nobody else comes to that node any more. */
async function fill({media}: CallNode): Promise<void> {
  media.fullForMs = 5_000;
  for (const one of media.rooms) one.fullForMs = 5_000;
  await cluster.clock.pass(2_500);
}

async function confirmAll(): Promise<void> {
  await cluster.clock.pass(100);
  for (const client of [ann, bob]) await client.confirm();
}

const carried = ({media}: CallNode): readonly string[] =>
  [...media.rooms].flatMap(({transports}) => [...new Set([...transports.values()].map(({peer}) => peer))]);

/** The call is run in the north, where Ann's media is; Bob's is in the south, and a third node has room. */
beforeEach(async () => {
  cluster = new CallCluster();
  north = cluster.node('north', {spread: 'full'});
  south = cluster.node('south', {spread: 'full'});
  ann = await cluster.client(north, 'ann');
  await ann.enter();
  await fill(north);
  bob = await cluster.client(north, 'bob');
  ({send: sends} = await bob.enter());
  third = cluster.node('third', {spread: 'full'});
  await cluster.clock.pass(2_500);
});

afterEach(async () => {
  await cluster.close();
  expect(cluster.nodes.map(({media}) => media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
  expect(cluster.defects).toEqual([]);
});

const atSouth = (): FakeMediaRoom => only(south.media.rooms);

/** As when clients close what they have left. */
function turnAway(left: FakeMediaRoom): void {
  for (const transport of [...left.transports.keys()]) left.say({kind: 'transport', transport, state: 'failed'});
}

test('[CALL55] before a node leaves, the peers of others’ calls that it carries move, and are heard by the others all the while', async () => {
  const before = await bob.publish(sends, 'microphone');
  await confirmAll();
  const closing = south.hub.close();
  await cluster.clock.pass(1_500);
  expect(bob.events(wire.closed)).toEqual([{room, reason: 'moved'}]);
  expect(ann.events(wire.closed)).toEqual([]);
  // Nothing of it has ended.
  expect(carried(south)).toEqual([bob.session]);
  expect([...only(north.media.rooms).consumers.values()]).toMatchObject([{producer: before, paused: false}]);

  const {send} = await bob.enter();
  expect(carried(third)).toEqual([bob.session]);
  expect([...only(north.media.rooms).consumers.values()]).toMatchObject([{producer: before}]);
  expect(ann.events(wire.peer).map(({change}) => change)).toEqual(['joined']);
  const now = await bob.publish(send, 'microphone');
  await confirmAll();
  expect([...ann.view.producers.keys()]).toEqual([now]);
  expect([...only(north.media.rooms).consumers.values()]).toMatchObject([{producer: now, paused: false}]);
  expect([...bob.view.producers.keys()].filter((producer) => producer === before)).toEqual([]);

  // Only when he has turned away from what he had there the node goes.
  expect(carried(south)).toEqual([bob.session]);
  turnAway(atSouth());
  await cluster.clock.pass(3_000);
  expect(south.media.rooms.size).toBe(0);
  await closing;
  expect([...ann.view.producers.keys()]).toEqual([now]);
  expect(ann.events(wire.peer).map(({change}) => change)).toEqual(['joined']);
});

test('[CALL55] who moved is in the call as it was: its hand, its mute, its place, and what it does not publish again ends', async () => {
  await bob.publish(sends, 'microphone', {paused: true});
  const camera = await bob.publish(sends, 'camera');
  await bob.ask(people.hand, {room, raised: true});
  await confirmAll();
  const closing = south.hub.close();
  await cluster.clock.pass(1_500);
  const {send} = await bob.enter();
  const {peers, producers} = await ann.ask(wire.sync, {room});
  expect(peers.find(({peer}) => peer === bob.session)?.profile.handRaisedAt).not.toBeNull();
  expect(producers.map(({source}) => source).sort()).toEqual(['camera', 'microphone']);
  const again = await bob.publish(send, 'microphone');
  await confirmAll();
  const after = await ann.ask(wire.sync, {room});
  expect(after.producers).toMatchObject([{producer: camera}, {producer: again, paused: true}]);
  turnAway(atSouth());
  await cluster.clock.pass(3_000);
  expect((await ann.ask(wire.sync, {room})).producers).toMatchObject([{producer: again}]);
  await closing;
  await bob.ask(wire.leave, {room});
  expect((await ann.ask(wire.sync, {room})).producers).toEqual([]);
});

test('[CALL55] who moved and leaves at once leaves nothing behind, neither with the others nor on a node', async () => {
  await bob.publish(sends, 'microphone');
  await confirmAll();
  const closing = south.hub.close();
  await cluster.clock.pass(1_500);
  await bob.join();
  await bob.ask(wire.leave, {room});
  expect((await ann.ask(wire.sync, {room})).producers).toEqual([]);
  await cluster.clock.pass(12_000);
  await closing;
  expect(ann.view.consumers.size).toBe(0);
  expect(only(north.media.rooms).consumers.size).toBe(0);
});

test('[CALL55] [CALL66] who does not come again within 8 s is lost', async () => {
  await bob.publish(sends, 'microphone');
  await confirmAll();
  const closing = south.hub.close();
  await cluster.clock.pass(7_000);
  expect(ann.events(wire.peer).map(({change}) => change)).toEqual(['joined']);
  await cluster.clock.pass(4_000);
  expect(ann.events(wire.peer).map(({change}) => change)).toEqual(['joined', 'left']);
  expect(ann.view.producers.size).toBe(0);
  await cluster.clock.pass(12_000);
  await closing;
});

test('[CALL55] [CALL66] a node that dies while its peers move loses those who have not come again, and no others', async () => {
  const cas = await cluster.client(north, 'cas');
  await fill(third);
  south.media.fullForMs = undefined;
  await cluster.clock.pass(2_500);
  await cas.enter();
  expect([...carried(south)].sort()).toEqual([bob.session, cas.session].sort());
  third.media.fullForMs = undefined;
  await cluster.clock.pass(2_500);
  void south.hub.close();
  await cluster.clock.pass(1_500);
  const {send} = await bob.enter();
  await bob.publish(send, 'microphone');
  cluster.kill(south);
  await cluster.clock.pass(6_000);
  const {peers, producers} = await ann.ask(wire.sync, {room});
  expect(peers.map(({user}) => user)).toEqual(['ann', 'bob']);
  expect(producers).toMatchObject([{peer: bob.session}]);
  expect(bob.events(wire.closed)).toEqual([{room, reason: 'moved'}]);
});

test('[CALL55] limits hold while peers move: a track takes its own place, and nobody else’s', async () => {
  await ann.ask(people.limits, {room, producers: 1});
  await bob.publish(sends, 'microphone');
  const stream = {streamId: 1, ordered: true};
  const channel = {room, id: bob.id(), transport: sends, label: 'notes', protocol: '', sctpStreamParameters: stream};
  await bob.ask(callData.produce, channel);
  await confirmAll();
  const closing = south.hub.close();
  await cluster.clock.pass(1_500);
  const {send} = await bob.enter();
  await bob.publish(send, 'microphone');
  // Channels end with their transports ([CALL73]); the label is free again.
  await bob.ask(callData.produce, {...channel, id: bob.id(), transport: send});
  await expect(bob.publish(send, 'microphone')).rejects.toMatchObject({code: 'conflict'});
  await cluster.clock.pass(12_000);
  await closing;
  expect((await ann.ask(wire.sync, {room})).producers).toHaveLength(1);
});
