import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';
import {someRtpParameters} from '../testing/some-parameters.js';

const room = 'den';
const layered = {...someRtpParameters, encodings: [{rid: 'low'}, {rid: 'high'}]};

let cluster: CallCluster;
let ann: CallClient;
/** Receives on a weak path. */
let bob: CallClient;
let cas: CallClient;
let screen: string;
let anns: string;
let cass: string;
let voice: string;

const media = () => [...cluster.nodes[0]!.media.rooms][0]!;
const publish = async (client: CallClient, transport: string, source: 'camera' | 'screen'): Promise<string> => {
  const params = {room, id: source, transport, kind: 'video', source, rtpParameters: layered} as const;
  return (await client.ask(wire.produce, params)).producer;
};

beforeEach(async () => {
  cluster = new CallCluster();
  const owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  cas = await cluster.client(owner, 'cas');
  const {send} = await ann.enter();
  await bob.enter();
  const {send: casSends} = await cas.enter();
  screen = await publish(ann, send, 'screen');
  anns = await publish(ann, send, 'camera');
  voice = await ann.publish(send);
  cass = await publish(cas, casSends, 'camera');
  await offered(cluster);
  await bob.confirm();
  media().say({kind: 'speaker', producer: voice});
  await settled();
});
afterEach(async () => {
  expect(bob.view.contradictions).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const of = (producer: string): string =>
  [...bob.view.consumers].find(([, consumer]) => consumer.producer === producer)?.[0] ?? '';
/** Which of the videos the engine was asked to send to bob. */
const sent = (): string[] =>
  Object.entries({screen, anns, cass})
    .filter(([, producer]) => media().consumers.get(of(producer))?.paused === false)
    .map(([name]) => name);
const told = () => bob.events(wire.consumer).map(({consumer, change}) => [consumer, change]);
const layer = async (producer: string, spatial: number, arriving = true): Promise<void> => {
  const consumer = of(producer);
  media().say({kind: 'consumerLayer', consumer, spatial, arriving});
  media().say({kind: spatial < 0 ? 'consumerPaused' : 'consumerResumed', consumer});
  await settled();
};
const standsStill = async (producer: string, arriving = true): Promise<void> => {
  await layer(producer, -1, arriving);
  await cluster.clock.pass(1_000);
  await settled();
};

test('[CALL77] where a screen stands still cameras give way for a minute, that of the speaker only if it must', async () => {
  await standsStill(screen);
  expect(sent()).toEqual(['screen', 'anns']);
  expect(told()).toEqual([
    [of(screen), 'starved'],
    [of(cass), 'starved'],
  ]);
  await cluster.clock.pass(5_000);
  expect(sent()).toEqual(['screen']);
  await layer(screen, 0);
  await cluster.clock.pass(59_000);
  expect(sent()).toEqual(['screen']);
  await cluster.clock.pass(1_000);
  expect(sent()).toEqual(['screen', 'anns', 'cass']);
  // Those that come back are told to when a layer of them is sent.
  expect(told().at(-1)).toEqual([of(screen), 'restored']);
  await layer(cass, 0);
  expect(told().at(-1)).toEqual([of(cass), 'restored']);
});

test('[CALL77] the camera of who speaks keeps its picture before others', async () => {
  await standsStill(anns);
  expect(sent()).toEqual(['screen', 'anns']);
});

test('[CALL77] a camera that stands still beside others takes nothing from them', async () => {
  await standsStill(cass);
  expect(sent()).toEqual(['screen', 'anns', 'cass']);
});

test('[CALL77] nothing gives way to what its publisher does not send', async () => {
  await standsStill(screen, false);
  expect(told()).toEqual([[of(screen), 'starved']]);
  expect(sent()).toEqual(['screen', 'anns', 'cass']);
});

test('[CALL77] what gives way is sent at once if it is pinned, and is nothing to wait for if it is not wanted', async () => {
  await standsStill(screen);
  await bob.ask(wire.consumerSet, {room, consumer: of(cass), pinned: true});
  expect(sent()).toEqual(['screen', 'anns', 'cass']);
  await bob.ask(wire.consumerSet, {room, consumer: of(cass), pinned: false});
  expect(sent()).toEqual(['screen', 'anns']);
  await bob.ask(wire.consumerSet, {room, consumer: of(cass), paused: true});
  expect(told().at(-1)).toEqual([of(cass), 'restored']);
  await bob.ask(wire.consumerSet, {room, consumer: of(cass), paused: false});
  expect(told().at(-1)).toEqual([of(cass), 'starved']);
  expect(sent()).toEqual(['screen', 'anns']);
});

test('[CALL77] what is published meanwhile gives way too, and who leaves is not waited for', async () => {
  await standsStill(screen);
  const dan = await cluster.client(cluster.nodes[0]!, 'dan');
  const {send} = await dan.enter();
  const camera = await publish(dan, send, 'camera');
  await offered(cluster);
  await bob.confirm();
  await settled();
  expect(media().consumers.get(of(camera))?.paused).toBe(true);
  expect(told().at(-1)).toEqual([of(camera), 'starved']);
  await bob.ask(wire.leave, {room});
  await cluster.clock.pass(120_000);
});
