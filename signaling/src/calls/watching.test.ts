import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {someRtpParameters} from '../testing/some-parameters.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let owner: CallNode;
let ann: CallClient;
let bob: CallClient;
let camera: string;

const layered = {...someRtpParameters, encodings: [{rid: 'low'}, {rid: 'mid'}, {rid: 'high'}]};

beforeEach(async () => {
  cluster = new CallCluster();
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  const {send: transport} = await ann.enter();
  await bob.enter();
  ({producer: camera} = await ann.ask(wire.produce, {
    room: 'den',
    id: 'camera',
    transport,
    kind: 'video',
    source: 'camera',
    rtpParameters: layered,
    size: {width: 1_280, height: 720},
  }));
  await offered(cluster);
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const told = (): number[] => ann.events(wire.watched).map(({spatial}) => spatial);
const changes = (): string[] => bob.events(wire.consumer).map(({change}) => change);
const bobs = (): string => [...bob.view.consumers.keys()][0]!;
const show = async (wishes: {size?: wire.PictureSize; paused?: boolean}): Promise<void> => {
  await bob.ask(wire.consumerSet, {room: 'den', consumer: bobs(), ...wishes});
};
const media = () => [...owner.media.rooms][0]!;

test('[CALL16] a publisher is told of less after 2 s, of more at once, and of nothing that does not last', async () => {
  await cluster.clock.pass(5_000);
  expect(told()).toEqual([]);
  await show({size: {width: 320, height: 180}});
  await cluster.clock.pass(1_999);
  expect(told()).toEqual([]);
  await cluster.clock.pass(1);
  expect(told()).toEqual([0]);
  await show({size: {width: 640, height: 360}});
  expect(told()).toEqual([0, 1]);
  await show({paused: true});
  await cluster.clock.pass(1_500);
  await show({paused: false});
  await cluster.clock.pass(5_000);
  expect(told()).toEqual([0, 1]);
  await show({paused: true});
  await cluster.clock.pass(2_000);
  expect(told()).toEqual([0, 1, -1]);
});

test('[CALL16] the largest of all counts, who comes new wants all, and who leaves wants nothing', async () => {
  await show({size: {width: 100, height: 100}});
  await cluster.clock.pass(2_000);
  expect(told()).toEqual([0]);
  const cas = await cluster.client(owner, 'cas');
  await cas.enter();
  await offered(cluster);
  expect(told()).toEqual([0, 2]);
  await cas.ask(wire.leave, {room: 'den'});
  await cluster.clock.pass(2_000);
  expect(told()).toEqual([0, 2, 0]);
  await bob.ask(wire.leave, {room: 'den'});
  await cluster.clock.pass(2_000);
  expect(told()).toEqual([0, 2, 0, -1]);
});

test('[CALL16] a publisher that comes back learns it with the rest', async () => {
  await show({size: {width: 100, height: 100}});
  await cluster.clock.pass(2_000);
  expect((await ann.ask(wire.sync, {room: 'den'})).watched).toEqual([{producer: camera, spatial: 0}]);
});

test('[CALL17] video that stands still for a second is told, and that it moves again', async () => {
  const consumer = bobs();
  media().say({kind: 'consumerPaused', consumer});
  await cluster.clock.pass(500);
  media().say({kind: 'consumerResumed', consumer});
  await cluster.clock.pass(5_000);
  expect(changes()).toEqual([]);
  media().say({kind: 'consumerPaused', consumer});
  await cluster.clock.pass(1_000);
  expect(changes()).toEqual(['starved']);
  expect((await bob.ask(wire.sync, {room: 'den'})).consumers).toMatchObject([{consumer, starved: true}]);
  media().say({kind: 'consumerResumed', consumer});
  await settled();
  expect(changes()).toEqual(['starved', 'restored']);
});

test('[CALL17] what its publisher pauses is not starved', async () => {
  const consumer = bobs();
  media().say({kind: 'consumerPaused', consumer});
  await ann.ask(wire.producerPause, {room: 'den', producer: camera});
  await cluster.clock.pass(5_000);
  expect(changes()).toEqual([]);
});
