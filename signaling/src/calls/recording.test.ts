import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

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
const told = (client: CallClient) => client.events(people.settings).map(({recordedSince}) => recordedSince);

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
  expect(await cas.join()).toMatchObject({recordedSince: since});
  expect(await cas.ask(people.get, {room})).toMatchObject({recordedSince: since});
  await ann.ask(people.record, {room, recording: false});
  await settled();
  for (const client of [ann, bob]) expect(told(client)).toEqual([since, undefined]);
  expect(media().recorded).toBeUndefined();
  expect(await cas.ask(wire.sync, {room})).not.toHaveProperty('recordedSince');
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
  await ann.publish(send);
  expect(media().recorded).toBeUndefined();
  await calls.record(room, true);
  const ending = media();
  expect(ending.recorded).toHaveLength(1);
  await calls.end(room);
  expect(ending.recorded).toBeUndefined();
  await expect(calls.record(room, true)).rejects.toMatchObject({code: 'unknown_call'});
});
