import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import type {FakeMediaRoom} from '../testing/fake-media.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const otherWorker = true;
let cluster: CallCluster;
let north: CallNode;
let south: CallNode;
let ann: CallClient;
let bob: CallClient;
let cas: CallClient;
let voices: Readonly<Record<'ann' | 'bob' | 'cas', string>>;

const roomsOf = ({media}: CallNode): readonly FakeMediaRoom[] => [...media.rooms];
const peersOf = ({transports}: FakeMediaRoom): readonly string[] => [
  ...new Set([...transports.values()].map(({peer}) => peer)),
];

async function confirmAll(): Promise<void> {
  await cluster.clock.pass(100);
  for (const client of [ann, bob, cas]) await client.confirm();
}

/** The call is run in the north, which carries Ann and Bob; Cas is carried by the south. */
beforeEach(async () => {
  cluster = new CallCluster();
  north = cluster.node('north', {spread: 'near'});
  south = cluster.node('south', {spread: 'near'});
  await cluster.clock.pass(2_500);
  ann = await cluster.client(north, 'ann');
  bob = await cluster.client(north, 'bob');
  cas = await cluster.client(south, 'cas');
  voices = {
    ann: await ann.publish((await ann.enter()).send, 'microphone', {paused: true}),
    bob: await bob.publish((await bob.enter()).send),
    cas: await cas.publish((await cas.enter()).send),
  };
  await confirmAll();
});

afterEach(async () => {
  await cluster.close();
  expect(cluster.nodes.map(({media}) => media.rooms.size)).toEqual([0, 0]);
  expect(cluster.defects).toEqual([]);
});

test('[CALL56] the peers that the node of a call carries move to other workers of it, and are heard all the while', async () => {
  const [left] = roomsOf(north);
  const [atSouth] = roomsOf(south);
  const untouched = [...atSouth!.transports.keys()];
  expect(await south.hub.backstage.calls.move(room, {otherWorker})).toEqual({node: 'north'});
  for (const client of [ann, bob]) expect(client.events(wire.closed)).toEqual([{room, reason: 'moved'}]);
  expect(cas.events(wire.closed)).toEqual([]);
  const [, now] = roomsOf(north);
  expect(left!.producers.has(voices.bob)).toBe(true);
  expect(atSouth!.producers.has(voices.bob)).toBe(true);
  await cluster.clock.pass(100);
  // Who speaks is heard at the new place: those who have not moved yet, and those of other nodes.
  for (const voice of Object.values(voices)) expect(now!.producers.get(voice)).toMatchObject({voice: true});

  const {send: anns} = await ann.enter();
  await confirmAll();
  expect(peersOf(now!)).toEqual([ann.session]);
  // Bob has not come yet: she hears him from where he was.
  expect([...now!.consumers.values()]).toMatchObject([{producer: voices.bob}, {producer: voices.cas}]);
  const annAnew = await ann.publish(anns);
  expect(now!.producers.get(annAnew)).toMatchObject({paused: true});
  const {send: bobs} = await bob.enter();
  const bobAnew = await bob.publish(bobs);
  await confirmAll();
  for (const transport of [...left!.transports.keys()]) left!.say({kind: 'transport', transport, state: 'failed'});
  await settled();
  expect(roomsOf(north)).toEqual([now]);
  await confirmAll();
  expect([...atSouth!.transports.keys()]).toEqual(untouched);
  const published = [annAnew, bobAnew, voices.cas].sort();
  expect([...now!.producers.keys()].sort()).toEqual(published);
  expect([...atSouth!.producers.keys()].sort()).toEqual(published);
  for (const client of [ann, bob, cas]) expect(client.view.consumers.size).toBe(2);
  expect(cas.events(wire.peer).map(({change}) => change)).not.toContain('left');
});

test('[CALL56] who does not come again within 8 s is lost, and the workers that were left hold nothing', async () => {
  await north.hub.backstage.calls.move(room, {otherWorker});
  await ann.enter();
  await cluster.clock.pass(9_000);
  expect(bob.view.ended).toBe('moved');
  expect(roomsOf(north).map(peersOf)).toEqual([[ann.session]]);
  expect([...cas.view.producers.keys()]).toEqual([]);
  expect(cas.events(wire.peer).at(-1)).toMatchObject({change: 'left'});
});

test('[CALL56] what is recorded goes on as another part', async () => {
  await ann.ask(people.record, {room, recording: true});
  await north.hub.backstage.calls.move(room, {otherWorker});
  await confirmAll();
  const [, now] = roomsOf(north);
  expect(now!.recordings).toMatchObject([{continues: {recording: 'r', part: 1}}]);
  expect([...now!.recorded!].sort()).toEqual(Object.values(voices).sort());
  for (const client of [ann, bob]) await client.enter();
});

test('[CALL56] without another worker, and to one of another node, nothing is changed', async () => {
  north.media.workers = 1;
  const {calls} = south.hub.backstage;
  await expect(calls.move(room, {otherWorker})).rejects.toMatchObject({code: 'invalid_payload', field: 'otherWorker'});
  await expect(calls.move(room, {otherWorker, node: 'south'})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'node',
  });
  await cluster.client(north, 'gil', 'attic');
  await expect(calls.move('attic', {otherWorker})).rejects.toMatchObject({code: 'unknown_call'});
  expect([ann, bob, cas].map(({view}) => view.ended)).toEqual([undefined, undefined, undefined]);
  expect(roomsOf(north)).toHaveLength(1);
});
