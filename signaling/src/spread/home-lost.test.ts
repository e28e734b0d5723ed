import {call as wire, callNews, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import type {FakeMediaRoom} from '../testing/fake-media.js';

const room = 'den';
let cluster: CallCluster;
let north: CallNode;
let south: CallNode;
let ann: CallClient;
let bob: CallClient;
let cas: CallClient;
let bobsVoice: string;
let annsVoice: string;

const only = <T>(all: Iterable<T>): T => {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Error('not exactly one');
  return one;
};
const roomOf = ({media}: CallNode): FakeMediaRoom => only(media.rooms);
const carried = ({media}: CallNode): readonly string[] =>
  [...media.rooms].flatMap(({transports}) => [...new Set([...transports.values()].map(({peer}) => peer))]);

async function confirmAll(): Promise<void> {
  await cluster.clock.pass(100);
  for (const client of [ann, bob, cas]) await client.confirm();
}

/** The call is run in the north, where Ann's media is; that of Bob and Cas, who hear each other too, is in the south. */
beforeEach(async () => {
  cluster = new CallCluster();
  north = cluster.node('north', {spread: 'near'});
  south = cluster.node('south', {spread: 'near'});
  await cluster.clock.pass(2_500);
  ann = await cluster.client(north, 'ann');
  bob = await cluster.client(south, 'bob');
  cas = await cluster.client(south, 'cas');
  const {send} = await ann.enter();
  annsVoice = await ann.publish(send, 'microphone', {paused: true});
  bobsVoice = await bob.publish((await bob.enter()).send);
  await cas.enter();
  await confirmAll();
});

afterEach(async () => {
  await cluster.close();
  expect(cluster.nodes.map(({media}) => media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
  expect(cluster.defects).toEqual([]);
});

/** What there is in the south but pipes and what comes by them. */
function southsOwn(): unknown {
  const {transports, producers, consumers} = roomOf(south);
  const own = [...producers].filter(([id]) => id === bobsVoice);
  const heard = [...consumers].filter(([, {producer}]) => producer === bobsVoice);
  return {transports: [...transports.keys()], own, heard};
}

test('[CALL36] when the workers of the node die that runs a call, those whom others carry go on, and the rest come back to it', async () => {
  const before = southsOwn();
  north.media.kill();
  await confirmAll();
  expect([ann, bob, cas].map(({view}) => view.ended)).toEqual(['lost', undefined, undefined]);
  expect(southsOwn()).toEqual(before);
  expect(bob.view.producers.has(annsVoice)).toBe(false);
  // Who speaks is heard on the worker that took the place of the other.
  expect(roomOf(north).producers.get(bobsVoice)).toMatchObject({voice: true});

  const {send} = await ann.enter();
  const again = await ann.publish(send);
  await confirmAll();
  expect(carried(north)).toEqual([ann.session]);
  expect(southsOwn()).toEqual(before);
  // As she left it: muted.
  expect(roomOf(south).producers.get(again)).toMatchObject({paused: true});
  expect([...ann.view.consumers.values()]).toMatchObject([{producer: bobsVoice}]);
  expect(await north.hub.backstage.calls.get(room)).toMatchObject({node: 'north', active: true});
});

test('[CALL36] what the home of a call did is done by the one that takes its place: levels, and another part of the recording', async () => {
  await ann.ask(people.record, {room, recording: true});
  await bob.ask(callNews.follow, {room, topics: ['levels', 'speaker']});
  expect(roomOf(north)).toMatchObject({levelsFollowed: true, recorded: [annsVoice, bobsVoice]});
  north.media.kill();
  await confirmAll();
  expect(roomOf(north)).toMatchObject({levelsFollowed: true, recorded: [bobsVoice]});
  expect(roomOf(north).recordings).toMatchObject([{continues: {recording: 'r', part: 1}}]);
  roomOf(north).say({kind: 'speaker', producer: bobsVoice});
  await cluster.clock.pass(100);
  expect(bob.events(callNews.speaker).at(-1)).toMatchObject({peer: bob.session});
  // And once more.
  north.media.kill();
  await confirmAll();
  expect(roomOf(north).recordings).toMatchObject([{continues: {recording: 'r', part: 2}}]);
  expect(bob.events(people.settings).every(({recordingEnded}) => recordingEnded === undefined)).toBe(true);
});

test('[CALL36] while no worker of the node runs that runs a call, who comes is carried by another, and later by both again', async () => {
  const before = southsOwn();
  north.media.available = false;
  north.media.kill();
  const {send} = await ann.enter();
  await ann.publish(send);
  await confirmAll();
  expect(carried(south)).toEqual([bob.session, cas.session, ann.session]);
  expect(north.media.rooms.size).toBe(0);
  north.media.available = true;
  await cluster.clock.pass(200);
  expect(roomOf(north).producers.get(bobsVoice)).toMatchObject({voice: true});
  const dan = await cluster.client(north, 'dan');
  await dan.enter();
  expect(carried(north)).toEqual([dan.session]);
  expect(southsOwn()).toMatchObject({own: (before as {own: unknown}).own});
  expect([bob, cas].map(({view}) => view.ended)).toEqual([undefined, undefined]);
});

test('[CALL36] who needs the node while no worker of it runs waits for a second at most', async () => {
  south.media.fullForMs = 5_000;
  await cluster.clock.pass(2_500);
  north.media.available = false;
  north.media.kill();
  const soon = ann.enter();
  await cluster.clock.pass(500);
  north.media.available = true;
  await cluster.clock.pass(200);
  await soon;
  expect(carried(north)).toEqual([ann.session]);

  north.media.available = false;
  north.media.kill();
  const late = ann.enter();
  const refused = expect(late).rejects.toMatchObject({code: 'unavailable', retryAfterMs: 1_000});
  await cluster.clock.pass(1_200);
  await refused;
  await expect(ann.enter()).rejects.toMatchObject({code: 'unavailable'});
});

test('[CALL36] when no worker of the node has come back after 10 s, the call is lost for all and begins elsewhere', async () => {
  north.media.available = false;
  north.media.kill();
  await cluster.clock.pass(9_000);
  expect(bob.view.ended).toBeUndefined();
  await cluster.clock.pass(2_000);
  expect([ann, bob, cas].map(({view}) => view.ended)).toEqual(['lost', 'lost', 'lost']);
  await cas.enter();
  expect(await south.hub.backstage.calls.get(room)).toMatchObject({node: 'south'});
});

test('[CALL36] with nobody on other nodes the call is lost with its workers', async () => {
  for (const client of [bob, cas]) await client.ask(wire.leave, {room});
  north.media.kill();
  await cluster.clock.pass(100);
  expect(ann.view.ended).toBe('lost');
  await cluster.clock.pass(12_000);
  expect([north.media.rooms.size, south.media.rooms.size]).toEqual([0, 0]);
});
