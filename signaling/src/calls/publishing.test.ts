import {call as wire, type ErrorCode, type media} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {someCapabilities, someDtls, someRtpParameters} from '../testing/some-parameters.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let owner: CallNode;
let ann: CallClient;
let bob: CallClient;
let anns: {send: string; receive: string};
let bobs: {send: string; receive: string};

beforeEach(async () => {
  cluster = new CallCluster();
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  anns = await ann.enter();
  bobs = await bob.enter();
});
afterEach(async () => {
  expect([...ann.view.contradictions, ...bob.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(owner.media.objects).toBe(0);
});

const journal = (): string[] => [...owner.media.rooms].flatMap((room) => room.journal);
const refused = (code: ErrorCode): object => ({code});

test('[CALL4] a repeated join is the same peer, and makes nothing twice', async () => {
  const first = await bob.join('den', 'again');
  const second = await bob.join('den', 'again');
  expect(second).toEqual(first);
  expect(ann.events(wire.peer).filter(({change}) => change === 'joined')).toHaveLength(2);
  expect([...ann.view.peers.keys()].sort()).toEqual([ann.session, bob.session].sort());
});

test('[CALL4] a repeated transport.create and produce get the first answer; the id for something else is a conflict', async () => {
  const create = {room: 'den', id: 'create', direction: 'send'} as const;
  const made = await bob.ask(wire.transportCreate, create);
  const before = journal().length;
  expect(await bob.ask(wire.transportCreate, create)).toEqual(made);
  await expect(bob.ask(wire.transportCreate, {...create, direction: 'receive'})).rejects.toMatchObject(
    refused('conflict'),
  );
  expect(journal()).toHaveLength(before);

  const twice = await Promise.all([
    bob.publish(made.transport, 'microphone', {id: 'mic'}),
    bob.publish(made.transport, 'microphone', {id: 'mic'}),
  ]);
  expect(twice[1]).toBe(twice[0]);
  await expect(bob.publish(made.transport, 'camera', {id: 'mic'})).rejects.toMatchObject(refused('conflict'));
  expect(ann.events(wire.producer)).toHaveLength(1);
});

test('[CALL4] connecting twice with the same DTLS parameters is fine, with others a conflict', async () => {
  const again = {room: 'den', transport: bobs.send, dtlsParameters: someDtls};
  const [{algorithm, value}] = someDtls.fingerprints as [media.DtlsParameters['fingerprints'][0]];
  expect(await bob.ask(wire.transportConnect, again)).toEqual({});
  const lower = {fingerprints: [{algorithm, value: value.toLowerCase()}]};
  expect(await bob.ask(wire.transportConnect, {...again, dtlsParameters: lower})).toEqual({});
  const other = {fingerprints: [{algorithm, value: value.replace('AB', 'CD')}]};
  await expect(bob.ask(wire.transportConnect, {...again, dtlsParameters: other})).rejects.toMatchObject(
    refused('conflict'),
  );
});

test('[CALL4] crossing ICE restarts collapse to the newest', async () => {
  const restart = (generation: number): Promise<{iceParameters: media.IceParameters; generation: number}> =>
    bob.ask(wire.transportRestartIce, {room: 'den', transport: bobs.send, generation});
  const first = await restart(1);
  expect(first.generation).toBe(1);
  const third = await restart(3);
  expect(third.iceParameters).not.toEqual(first.iceParameters);
  expect(await restart(2)).toEqual(third);
  expect(await restart(3)).toEqual(third);
});

test('[CALL6] what is published after a subscription to all is offered by itself, and one’s own never', async () => {
  const mic = await ann.publish(anns.send);
  await bob.publish(bobs.send);
  await offered(cluster);
  expect([...bob.view.consumers.values()].map(({producer}) => producer)).toEqual([mic]);
  expect(ann.view.consumers.size).toBe(1);
});

test('[CALL6] a peer that lists what it wants gets just that', async () => {
  const [mic, camera] = [await ann.publish(anns.send), await ann.publish(anns.send, 'camera')];
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(2);
  await bob.ask(wire.subscribe, {room: 'den', transport: bobs.receive, producers: [camera, 'ended-meanwhile']});
  await offered(cluster);
  expect([...bob.view.consumers.values()].map(({producer}) => producer)).toEqual([camera]);
  await bob.ask(wire.subscribe, {room: 'den', transport: bobs.receive, producers: 'all'});
  await offered(cluster);
  expect([...bob.view.consumers.values()].map(({producer}) => producer)).toEqual([camera, mic]);
  await expect(bob.ask(wire.subscribe, {room: 'den', transport: bobs.send, producers: 'all'})).rejects.toMatchObject(
    refused('unknown_media'),
  );
});

test('[CALL7] pausing, resuming and closing a producer is told to the others, once', async () => {
  const producer = await ann.publish(anns.send);
  for (const request of [wire.producerPause, wire.producerPause, wire.producerResume, wire.producerResume]) {
    await ann.ask(request, {room: 'den', producer});
  }
  await ann.ask(wire.producerClose, {room: 'den', producer});
  await ann.ask(wire.producerClose, {room: 'den', producer});
  await settled();
  expect(bob.events(wire.producer).map(({change}) => change)).toEqual(['published', 'paused', 'resumed', 'closed']);
  expect(ann.events(wire.producer)).toEqual([]);
  await expect(ann.ask(wire.producerPause, {room: 'den', producer})).rejects.toMatchObject(refused('unknown_media'));
});

test('[CALL7] a producer that begins paused is told to be', async () => {
  const producer = await ann.publish(anns.send, 'camera', {paused: true});
  await offered(cluster);
  expect(bob.view.producers.get(producer)).toEqual({peer: ann.session, paused: true});
  expect(bob.events(wire.consumersOffered)[0]?.consumers[0]?.producerPaused).toBe(true);
});

test('[CALL7] only its peer may pause or close a producer', async () => {
  const producer = await ann.publish(anns.send);
  await expect(bob.ask(wire.producerPause, {room: 'den', producer})).rejects.toMatchObject(refused('unknown_media'));
  await bob.ask(wire.producerClose, {room: 'den', producer});
  await settled();
  expect(bob.view.producers.has(producer)).toBe(true);
});

test('one producer of each source, of the kind that the source has, on a transport to send', async () => {
  await ann.publish(anns.send);
  await expect(ann.publish(anns.send)).rejects.toMatchObject(refused('conflict'));
  const produce = {room: 'den', id: 'x', transport: anns.send, rtpParameters: someRtpParameters} as const;
  await expect(ann.ask(wire.produce, {...produce, kind: 'audio', source: 'camera'})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'kind',
  });
  await expect(ann.publish(anns.receive, 'camera')).rejects.toMatchObject(refused('unknown_media'));
  await expect(ann.publish('nothing', 'camera')).rejects.toMatchObject(refused('unknown_media'));
});

test('[CALL12] what does not fit the contract never reaches the engine, and what it refuses changes nothing', async () => {
  const before = journal().length;
  const produce = {room: 'den', id: 'x', transport: anns.send, kind: 'audio', source: 'microphone'} as const;
  const malformed = {codecs: [{mimeType: 'audio/opus', payloadType: 1_000, clockRate: 48_000}]};
  await expect(ann.ask(wire.produce, {...produce, rtpParameters: malformed})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'rtpParameters.codecs.0.payloadType',
  });
  expect(journal()).toHaveLength(before);
  const nonsense = {codecs: [{mimeType: 'audio/nonsense', payloadType: 100, clockRate: 48_000}]};
  await expect(ann.ask(wire.produce, {...produce, rtpParameters: nonsense})).rejects.toMatchObject(
    refused('media_refused'),
  );
  expect((await ann.ask(wire.sync, {room: 'den'})).producers).toEqual([]);
  await ann.ask(wire.produce, {...produce, rtpParameters: someRtpParameters});
});

test('a new transport takes the place of the one of its direction, with all that is on it', async () => {
  const mic = await ann.publish(anns.send);
  await offered(cluster);
  const {transport} = await ann.ask(wire.transportCreate, {room: 'den', id: ann.id(), direction: 'send'});
  await settled();
  expect(bob.view.producers.has(mic)).toBe(false);
  expect(bob.view.consumers.size).toBe(0);
  expect((await ann.ask(wire.sync, {room: 'den'})).transports).toEqual([
    {transport: anns.receive, direction: 'receive'},
    {transport, direction: 'send'},
  ]);
  await ann.publish(transport);
  await offered(cluster);
  expect(bob.view.consumers.size).toBe(1);
});

test('requests of somebody who is not in the call are refused', async () => {
  const cas = await cluster.client(owner, 'cas');
  await expect(cas.publish(anns.send)).rejects.toMatchObject(refused('not_in_call'));
  await expect(cas.ask(wire.sync, {room: 'den'})).rejects.toMatchObject(refused('not_in_call'));
  await expect(
    cas.ask(wire.join, {room: 'elsewhere', id: 'x', rtpCapabilities: someCapabilities}),
  ).rejects.toMatchObject(refused('not_joined'));
});
