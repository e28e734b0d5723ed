import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient} from '../testing/call-cluster.js';
import {someRtpParameters} from '../testing/some-parameters.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let ann: CallClient;
let bob: CallClient;
let sends: string;
let camera: string;

const layered = {...someRtpParameters, encodings: [{rid: 'low'}, {rid: 'mid'}, {rid: 'high'}]};
const media = () => [...cluster.nodes[0]!.media.rooms][0]!;
const publish = async (source: 'camera' | 'screen'): Promise<string> => {
  const params = {room: 'den', id: source, transport: sends, kind: 'video', source, rtpParameters: layered} as const;
  return (await ann.ask(wire.produce, params)).producer;
};
const of = (producer: string): string =>
  [...bob.view.consumers].find(([, consumer]) => consumer.producer === producer)?.[0] ?? '';
/** What the engine was asked for of what bob receives. */
const engine = (producer: string) => {
  const {spatial, priority} = media().consumers.get(of(producer)) ?? {};
  return {spatial, priority};
};
const falls = async (spatial: number, arriving = true): Promise<void> => {
  media().say({kind: 'consumerLayer', consumer: of(camera), spatial, arriving});
  await settled();
};

beforeEach(async () => {
  cluster = new CallCluster();
  ann = await cluster.client(cluster.node('a'), 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  ({send: sends} = await ann.enter());
  await bob.enter();
  camera = await publish('camera');
  await offered(cluster);
  await bob.confirm();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[CALL23] what fell for want of bandwidth is not asked for again for a minute, then one layer more', async () => {
  await falls(2);
  await cluster.clock.pass(10_000);
  await falls(0);
  expect(engine(camera).spatial).toBe(0);
  await bob.ask(wire.consumerSet, {room: 'den', consumer: of(camera), size: {width: 1_280, height: 720}});
  await cluster.clock.pass(60_000);
  expect(engine(camera).spatial).toBe(0);
  await cluster.clock.pass(1_000);
  expect(engine(camera).spatial).toBe(1);
  await falls(1);
  await cluster.clock.pass(61_000);
  expect(engine(camera).spatial).toBe(2);
});

test('[CALL23] neither what its sender does not send nor what was wished smaller is held back', async () => {
  await falls(2);
  await cluster.clock.pass(10_000);
  await falls(0, false);
  expect(engine(camera).spatial).toBeUndefined();
  await falls(2);
  await bob.ask(wire.consumerSet, {room: 'den', consumer: of(camera), size: {width: 320, height: 180}});
  await falls(0);
  await bob.ask(wire.consumerSet, {room: 'den', consumer: of(camera), size: {width: 1_280, height: 720}});
  expect(engine(camera).spatial).toBe(2);
});

test('[CALL24] a screen and the camera of who speaks go before others, unless their receiver says otherwise', async () => {
  const screen = await publish('screen');
  const voice = await ann.publish(sends);
  await offered(cluster);
  expect(engine(screen).priority).toBeGreaterThan(1);
  expect(engine(camera).priority).toBeUndefined();
  media().say({kind: 'speaker', producer: voice});
  await settled();
  const {priority = 0} = engine(camera);
  expect(priority).toBeGreaterThan(1);
  expect(priority).toBeLessThan(engine(screen).priority ?? 0);
  await ann.ask(wire.producerClose, {room: 'den', producer: voice});
  await bob.ask(wire.consumerSet, {room: 'den', consumer: of(camera), priority: 200});
  expect(engine(camera).priority).toBe(200);
});

test('[CALL24] [CALL53] what its receiver pinned goes before all others, as long as it is', async () => {
  const screen = await publish('screen');
  await offered(cluster);
  await bob.confirm();
  const pin = (pinned: boolean) => bob.ask(wire.consumerSet, {room: 'den', consumer: of(camera), pinned});
  await pin(true);
  expect(engine(camera).priority).toBeGreaterThan(engine(screen).priority ?? 0);
  await pin(false);
  expect(engine(camera).priority).toBe(1);
});
