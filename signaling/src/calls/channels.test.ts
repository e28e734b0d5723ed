import {call, callData as wire, type ParamsOf} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const {dataLimits} = wire;

let cluster: CallCluster;
let owner: CallNode;
let ann: CallClient;
let bob: CallClient;
let cas: CallClient;
let send: string;

beforeEach(async () => {
  cluster = new CallCluster();
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  cas = await cluster.client(owner, 'cas');
  ({send} = await ann.enter());
  for (const client of [bob, cas]) {
    const {receive: transport} = await client.enter();
    await client.ask(call.subscribe, {room, transport, producers: 'all', data: true});
  }
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(owner.media.objects).toBe(0);
});

const open = (label = 'notes', more: Partial<ParamsOf<typeof wire.produce>> = {}): Promise<string> =>
  ann
    .ask(wire.produce, {
      room,
      id: ann.id(),
      transport: send,
      label,
      sctpStreamParameters: {streamId: 0, ordered: true},
      ...more,
    })
    .then(({dataProducer}) => dataProducer);
const offersTo = (client: CallClient) => client.events(wire.offered).flatMap(({channels}) => channels);
const media = () => [...owner.media.rooms][0]!;
const confirm = async (client: CallClient): Promise<void> => {
  const dataConsumers = offersTo(client).map(({dataConsumer}) => dataConsumer);
  await client.ask(wire.ready, {room, dataConsumers});
};

test('[CALL45] a channel is offered to all who want data, starts when they confirm it, and its opener learns whom it reaches', async () => {
  const channel = await open('notes', {protocol: 'json'});
  await offered(cluster);
  expect(offersTo(bob)).toMatchObject([{dataProducer: channel, peer: ann.session, label: 'notes', protocol: 'json'}]);
  expect(offersTo(cas)).toHaveLength(1);
  expect([...media().ends.values()].map(({paused}) => paused)).toEqual([true, true]);
  await confirm(bob);
  await confirm(cas);
  await cluster.clock.pass(250);
  expect([...media().ends.values()].map(({paused}) => paused)).toEqual([false, false]);
  expect(ann.events(wire.receivers)).toEqual([
    {room, dataProducer: channel, added: [bob.session, cas.session], removed: []},
  ]);
  await cas.ask(call.leave, {room});
  await cluster.clock.pass(250);
  expect(ann.events(wire.receivers).at(-1)).toMatchObject({added: [], removed: [cas.session]});
  expect(await ann.ask(call.sync, {room})).toMatchObject({
    dataProducers: [{dataProducer: channel, receivers: [bob.session]}],
  });
  await ann.ask(wire.close, {room, dataProducer: channel});
  expect(bob.events(wire.ended)).toMatchObject([{reason: 'closed'}]);
  expect(media().channels.size + media().ends.size).toBe(0);
});

test('[CALL45] a channel to named peers is for them alone, and for who wants no data there is none', async () => {
  await open('whisper', {to: [cas.session]});
  await offered(cluster);
  expect(offersTo(bob)).toEqual([]);
  expect(offersTo(cas)).toHaveLength(1);
  const dan = await cluster.client(owner, 'dan');
  const {receive: transport} = await dan.enter();
  await open('all');
  await offered(cluster);
  expect(offersTo(dan)).toEqual([]);
  await dan.ask(call.subscribe, {room, transport, producers: 'all', data: true});
  await offered(cluster);
  expect(offersTo(dan)).toMatchObject([{label: 'all'}]);
});

test('[CALL45] an end that is not confirmed within 30 s is closed; one that is offered again with the state is not', async () => {
  await open();
  await offered(cluster);
  await confirm(bob);
  await cluster.clock.pass(30_000);
  expect(cas.events(wire.ended)).toMatchObject([{reason: 'closed'}]);
  expect(media().ends.size).toBe(1);
  expect(await bob.ask(call.sync, {room})).toMatchObject({dataConsumers: [{label: 'notes', ready: true}]});
});

test('[CALL45] who may not send data any more loses the channels, and opens none', async () => {
  await owner.hub.backstage.rooms.setMember(room, {user: 'bob', role: 'member'});
  const {send: transport} = await bob.enter();
  const opening = {room, id: 'bobs', transport, label: 'notes', sctpStreamParameters: {streamId: 0, ordered: true}};
  const {dataProducer} = await bob.ask(wire.produce, opening);
  await owner.hub.backstage.rooms.setMember(room, {user: 'bob', role: 'guest'});
  await settled();
  expect(bob.events(wire.closed)).toEqual([{room, dataProducer, reason: 'forbidden'}]);
  await expect(bob.ask(wire.produce, {...opening, id: 'again'})).rejects.toMatchObject({code: 'forbidden'});
});

test('[CALL46] who takes too little of a reliable channel loses the end and is told why', async () => {
  const channel = await open();
  await offered(cluster);
  await confirm(bob);
  await cluster.clock.pass(250);
  const [end] = offersTo(bob);
  media().say({kind: 'dataConsumerClosed', dataConsumer: end!.dataConsumer, slow: true});
  await cluster.clock.pass(250);
  expect(bob.events(wire.ended)).toEqual([{room, dataConsumer: end!.dataConsumer, reason: 'slow'}]);
  expect(ann.events(wire.receivers).at(-1)).toEqual({room, dataProducer: channel, added: [], removed: [bob.session]});
});

test('[CALL47] a peer has 8 channels and no more, each of a label of its own', async () => {
  for (let each = 0; each < dataLimits.channels; each += 1) await open(`channel-${each}`);
  await expect(open('one more')).rejects.toMatchObject({code: 'call_media_full'});
  await expect(open('channel-1')).rejects.toMatchObject({code: 'conflict'});
});

test('[CALL47] who sends more than it may loses all that it opened; what it was behind with may come at once', async () => {
  const first = await open('first');
  const second = await open('second');
  const came = async (messages: number, bytes: number): Promise<void> => {
    media().say({kind: 'data', dataProducer: first, messages, bytes});
    await cluster.clock.pass(1);
  };
  await came(1, dataLimits.bytesPerSecond * dataLimits.burstSeconds);
  await cluster.clock.pass(1_000);
  await came(1, dataLimits.bytesPerSecond);
  expect(ann.events(wire.closed)).toEqual([]);
  await came(1, dataLimits.bytesPerSecond);
  const reason = 'rate_limited';
  expect(ann.events(wire.closed)).toEqual([first, second].map((dataProducer) => ({room, dataProducer, reason})));
  expect(media().channels.size).toBe(0);
});

test('[CALL45] with its transport a channel is lost', async () => {
  const channel = await open();
  await ann.ask(call.transportCreate, {room, id: ann.id(), direction: 'send'});
  expect(ann.events(wire.closed)).toEqual([{room, dataProducer: channel, reason: 'lost'}]);
});
