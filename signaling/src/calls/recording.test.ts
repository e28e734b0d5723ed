import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';
import {readEnd, readNote, writeEnd, writeNote} from './recording-note.js';

const room = 'den';
let cluster: CallCluster;
let node: CallNode;
beforeEach(() => {
  cluster = new CallCluster();
  node = cluster.node('a');
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const media = () => [...node.media.rooms][0]!;
const whys = (client: CallClient) => client.events(people.settings).map(({recordingEnded}) => recordingEnded);
const told = (client: CallClient) => client.events(people.settings).map(({recording}) => recording?.since);

test('[CALL40] who may record a call begins and ends it, everybody is told, and newcomers when they join', async () => {
  const ann = await cluster.client(node, 'ann');
  const bob = await cluster.client(cluster.node('b'), 'bob');
  const {send} = await ann.enter();
  const microphone = await ann.publish(send);
  const ofBob = await bob.enter();
  await expect(bob.ask(people.record, {room, recording: true})).rejects.toMatchObject({code: 'forbidden'});
  await ann.ask(people.record, {room, recording: true});
  await ann.ask(people.record, {room, recording: true});
  await settled();
  const since = cluster.clock.now();
  for (const client of [ann, bob]) expect(told(client)).toEqual([since]);
  const camera = await bob.publish(ofBob.send, 'camera');
  expect(media().recorded).toEqual([microphone, camera]);
  const cas = await cluster.client(node, 'cas');
  const recording = {since, by: {user: 'ann', name: 'ann'}, mixed: false};
  expect(await cas.join()).toMatchObject({recording, recordable: 'mixed'});
  expect(await cas.ask(people.get, {room})).toMatchObject({recording});
  await ann.ask(people.record, {room, recording: false});
  await settled();
  for (const client of [ann, bob]) expect(told(client)).toEqual([since, undefined]);
  expect(whys(bob)).toEqual([undefined, {reason: 'stopped', by: {user: 'ann', name: 'ann'}}]);
  expect(media().recorded).toBeUndefined();
  expect(await cas.ask(wire.sync, {room})).not.toHaveProperty('recording');
});

test('[CALL44] how the last recording ended is told to who was away then, also where the call goes on elsewhere', async () => {
  const ann = await cluster.client(node, 'ann');
  await ann.enter();
  await ann.ask(people.record, {room, recording: true});
  await ann.ask(people.record, {room, recording: false});
  const recordingEnded = {reason: 'stopped', by: {user: 'ann', name: 'ann'}};
  expect(await ann.ask(wire.sync, {room})).toMatchObject({recordingEnded});
  const other = cluster.node('b');
  const bob = await cluster.client(other, 'bob');
  expect(await bob.join()).toMatchObject({recordingEnded});
  await settled();
  cluster.kill(node);
  for (let turn = 0; turn < 20; turn += 1) await cluster.clock.pass(1_000);
  expect(await bob.join()).toMatchObject({recordingEnded});
  await other.hub.backstage.calls.record(room, true);
  expect(await bob.ask(wire.sync, {room})).not.toHaveProperty('recordingEnded');
});

test('[CALL40] what cannot be recorded is refused, what cannot go on is told, and it ends with the call', async () => {
  const ann = await cluster.client(node, 'ann');
  const {send} = await ann.enter();
  const {calls} = node.hub.backstage;
  media().unrecordable = true;
  await expect(calls.record(room, true)).rejects.toMatchObject({code: 'recording_unavailable'});
  media().unrecordable = false;
  expect(told(ann)).toEqual([]);
  await calls.record(room, true);
  media().endRecording();
  await settled();
  expect(told(ann)).toEqual([cluster.clock.now(), undefined]);
  expect(ann.events(people.settings).at(-1)).toMatchObject({recordingEnded: {reason: 'diskFull'}});
  await ann.publish(send);
  expect(media().recorded).toBeUndefined();
  await calls.record(room, true);
  const ending = media();
  expect(ending.recorded).toHaveLength(1);
  await calls.end(room);
  expect(ending.recorded).toBeUndefined();
  await expect(calls.record(room, true)).rejects.toMatchObject({code: 'unknown_call'});
});

test('[CALL43] a call that is rebuilt elsewhere after the death of its node is recorded on, as the next part, with who says it', async () => {
  const ann = await cluster.client(node, 'ann');
  const other = cluster.node('b');
  const bob = await cluster.client(other, 'bob');
  await ann.enter();
  await bob.enter();
  await ann.ask(people.record, {room, recording: true, mixed: true});
  const since = cluster.clock.now();
  await settled();
  await cluster.clock.pass(7_000);
  cluster.kill(node);
  for (let turn = 0; turn < 20; turn += 1) await cluster.clock.pass(1_000);
  expect(bob.view.ended).toBe('lost');
  const {send} = await bob.enter();
  expect(await bob.ask(wire.sync, {room})).toMatchObject({recording: {since, by: {user: 'ann'}, mixed: true}});
  const [rebuilt] = [...other.media.rooms];
  expect(rebuilt?.recorded).toBeUndefined();
  const microphone = await bob.publish(send);
  await settled();
  expect(rebuilt?.recorded).toEqual([microphone]);
  expect(rebuilt?.recordings).toMatchObject([{mixed: true, continues: {recording: 'r', part: 1}}]);
  // Noted every 5 s: so much the gap may be too long.
  expect(since + 7_000 - (rebuilt?.recordings[0]?.continues?.untilMs ?? 0)).toBeLessThanOrEqual(5_000);
  await cluster.nodes[1]!.hub.backstage.calls.record(room, false);
  await settled();
  expect(whys(bob).at(-1)).toEqual({reason: 'stopped'});
});

test('[CALL43] if it cannot be recorded on, everybody is told, and it is not tried again', async () => {
  const ann = await cluster.client(node, 'ann');
  await ann.enter();
  await ann.ask(people.record, {room, recording: true});
  await settled();
  node.media.kill();
  await settled();
  const {send} = await ann.enter();
  media().unrecordable = true;
  await ann.publish(send);
  await settled();
  expect(whys(ann).at(-1)).toEqual({reason: 'unavailable'});
  media().unrecordable = false;
  await ann.publish(send, 'camera');
  await settled();
  expect(media().recorded).toBeUndefined();
});

test('[CALL75] what is recorded is sent in all its layers, though nobody looks at it, until it is recorded no more', async () => {
  const ann = await cluster.client(node, 'ann');
  const {send} = await ann.enter();
  const camera = await ann.publish(send, 'camera');
  const told = () => ann.events(wire.watched).flatMap(({producer, spatial}) => (producer === camera ? [spatial] : []));
  await cluster.clock.pass(3_000);
  expect(told().at(-1)).toBe(-1);
  await ann.ask(people.record, {room, recording: true});
  await settled();
  expect(told().at(-1)).toBe(0);
  await cluster.clock.pass(10_000);
  expect(told().at(-1)).toBe(0);
  await ann.ask(people.record, {room, recording: false});
  await cluster.clock.pass(3_000);
  expect(told().at(-1)).toBe(-1);
});

test('[CALL40] who recorded is noted with the call, whatever their name', () => {
  const notes = new Map<string, string>();
  const record = {get: (key: string) => notes.get(key), set: (key: string, text = '') => void notes.set(key, text)};
  const by = {user: 'é x', name: 'Ann “%20” Über – 1 2'};
  for (const note of [
    {recording: 'den-2026', part: 2, since: 1, untilMs: 5, mixed: true, by},
    {recording: 'a room-2026', part: 1, since: 1, untilMs: 5, mixed: false},
  ]) {
    writeNote(record, note);
    expect(readNote(record)).toEqual(note);
  }
  expect(readEnd(record)).toBeUndefined();
  for (const end of [{reason: 'stopped', by: {...by, user: 'ann'}} as const, {reason: 'diskFull'} as const]) {
    writeEnd(record, end);
    expect(readEnd(record)).toEqual(end);
  }
});
