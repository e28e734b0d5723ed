import {call} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {startNode} from '../start-node.js';
import {Caller} from './caller.js';
import {makeWorld, startMediaNode} from './media-node.js';
import {dtls, opus, simulcast} from './rtp.js';

test('[CALL2] bare clients on two nodes are in one call: what one publishes the other is offered, by the same worker', async () => {
  using watch = new WorkerWatch();
  const world = makeWorld();
  await using here = await startMediaNode({}, world);
  await using there = await startMediaNode({}, world);
  await using ann = await Caller.connect(here, 'ann');
  await using bob = await Caller.connect(there, 'bob');

  const {send} = await ann.enter();
  const microphone = await ann.publish(send, 'microphone');
  const joined = await bob.join();
  expect(joined.peers.map(({user, state}) => [user, state])).toEqual([
    ['ann', 'connected'],
    ['bob', 'connected'],
  ]);
  expect(joined.producers).toEqual([
    {producer: microphone, peer: ann.session, kind: 'audio', source: 'microphone', paused: false},
  ]);
  const [ofBob, toBob] = [await bob.transport('send'), await bob.transport('receive')];
  await bob.request(call.subscribe, {transport: toBob, producers: 'all'});
  const camera = await ann.publish(send, 'camera');
  const answer = await bob.publish(ofBob, 'microphone');

  const offers = await bob.offered(2);
  expect(new Map(offers.map(({producer, source, type}) => [producer, `${source} ${type}`]))).toEqual(
    new Map([
      [microphone, 'microphone simple'],
      [camera, 'camera simulcast'],
    ]),
  );
  const [heard] = await ann.offered(1);
  expect(heard).toMatchObject({producer: answer, peer: bob.session, producerPaused: false});
  expect((await ann.untilTold(call.producer, (events) => events.length === 1))[0]).toMatchObject({
    producer: answer,
    peer: bob.session,
    change: 'published',
  });
  expect(ann.told(call.peer).map(({user, change}) => [user, change])).toEqual([['bob', 'joined']]);
  const held = await watch.ids();
  expect(held.transports).toHaveLength(4);
  expect(held.producers).toEqual([microphone, camera, answer].sort());
  expect(held.consumers).toEqual([...offers, heard!].map(({consumer}) => consumer).sort());
  expect(watch.workers).toHaveLength(2);
});

test('[CALL2] a node without a media worker has its clients in calls that another runs', async () => {
  const world = makeWorld();
  await using withMedia = await startMediaNode({}, world);
  await using without = await startNode({world});
  await using ann = await Caller.connect(without, 'ann');
  await using bob = await Caller.connect(withMedia, 'bob');
  expect(ann.ready.calls).toEqual({available: true});
  const {send} = await ann.enter();
  const camera = await ann.publish(send, 'camera');
  await bob.enter();
  expect(await bob.offered(1)).toMatchObject([{producer: camera, source: 'camera', peer: ann.session}]);
});

test('[CALL5] consumers come in batches, all paused at the worker, and start when they are confirmed', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode();
  const speakers = await Promise.all(['ann', 'bob', 'cas', 'dan'].map((user) => Caller.connect(node, user)));
  await using eve = await Caller.connect(node, 'eve');
  try {
    for (const speaker of speakers) {
      const {send} = await speaker.enter();
      await speaker.publish(send, 'microphone');
      await speaker.publish(send, 'camera');
    }
    await eve.enter();
    const offers = await eve.offered(8);
    expect(eve.told(call.consumersOffered)).toHaveLength(1);
    expect(new Set(offers.map(({producer}) => producer)).size).toBe(8);
    const paused = (): Promise<boolean[]> => Promise.all(offers.map(({consumer}) => watch.isPaused(consumer)));
    expect(await paused()).toEqual(offers.map(() => true));

    await eve.confirm(offers.slice(0, 3));
    expect(await paused()).toEqual(offers.map((_, index) => index >= 3));
    const [first, , , fourth] = offers;
    await eve.request(call.consumerSet, {consumer: first!.consumer, paused: true});
    await eve.request(call.consumerSet, {consumer: fourth!.consumer, paused: true, preferredLayers: {spatial: 0}});
    await eve.confirm(offers);
    expect(await paused()).toEqual(offers.map((_, index) => index === 0 || index === 3));
    await eve.request(call.consumerSet, {consumer: fourth!.consumer, paused: false});
    expect(await watch.isPaused(fourth!.consumer)).toBe(false);
    await eve.request(call.consumersReady, {consumers: ['unknown']});
  } finally {
    for (const speaker of speakers) await speaker[Symbol.asyncDispose]();
  }
});

test('[CALL7] pausing, resuming and closing are told to the others once, and only the producer’s peer may', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  const {send} = await ann.enter();
  await bob.enter();
  const producer = await ann.publish(send, 'microphone', {paused: true});
  const [offer] = await bob.offered(1);
  expect(offer).toMatchObject({producer, producerPaused: true});
  for (const refused of [call.producerPause, call.producerResume]) {
    expect(await bob.refusal(refused, {producer})).toMatchObject({code: 'unknown_media'});
  }
  await bob.request(call.producerClose, {producer});

  await ann.request(call.producerResume, {producer});
  await ann.request(call.producerResume, {producer});
  await ann.request(call.producerPause, {producer});
  await ann.request(call.producerPause, {producer});
  await ann.request(call.producerClose, {producer});
  await ann.request(call.producerClose, {producer});
  const told = await bob.untilTold(call.producer, (events) => events.some(({change}) => change === 'closed'));
  expect(told.map(({change}) => change)).toEqual(['published', 'paused', 'resumed', 'paused', 'closed']);
  expect(bob.told(call.consumersClosed)).toEqual([{room: 'den', consumers: [offer!.consumer]}]);
  expect(ann.told(call.producer)).toEqual([]);
  expect(await watch.ids()).toMatchObject({producers: [], consumers: []});
});

test('[CALL4] a repeat gets the first answer, makes nothing twice at the worker, and another question is a conflict', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  await bob.enter();
  const joined = await ann.join('join-1');
  expect(await ann.join('join-1')).toEqual(joined);
  const create = {id: 'make-1', direction: 'send'} as const;
  const send = await ann.request(call.transportCreate, create);
  expect(await ann.request(call.transportCreate, create)).toEqual(send);
  expect(await ann.refusal(call.transportCreate, {...create, direction: 'receive'})).toMatchObject({code: 'conflict'});

  const connect = {transport: send.transport, dtlsParameters: dtls()};
  await ann.request(call.transportConnect, connect);
  await ann.request(call.transportConnect, connect);
  const other = {...connect, dtlsParameters: dtls('server')};
  expect(await ann.refusal(call.transportConnect, other)).toMatchObject({code: 'conflict'});

  const track = {transport: send.transport, kind: 'audio', source: 'microphone', rtpParameters: opus()} as const;
  // Sent together, as after a lost answer: the second is not even waiting for the first to be done.
  const answers = await Promise.all([1, 2, 3].map(() => ann.request(call.produce, {id: 'track-1', ...track})));
  expect(new Set(answers.map(({producer}) => producer)).size).toBe(1);
  const camera = {id: 'track-1', ...track, kind: 'video', source: 'camera', rtpParameters: simulcast()};
  expect(await ann.refusal(call.produce, camera)).toMatchObject({code: 'conflict'});
  expect(await ann.refusal(call.produce, {...track, id: 'track-2'})).toMatchObject({code: 'conflict'});
  await bob.offered(1);
  expect(await watch.ids()).toMatchObject({producers: [answers[0]!.producer]});
  expect(bob.told(call.peer).map(({change}) => change)).toEqual(['joined']);
  expect(bob.told(call.producer).map(({change}) => change)).toEqual(['published']);

  await ann.request(call.leave, {});
  await ann.request(call.leave, {});
  expect(await bob.untilTold(call.peer, (events) => events.length === 2)).toMatchObject([{}, {change: 'left'}]);
});

test('[CALL4] restarts of ICE: each higher generation has new credentials, an older or the same one gets the newest', async () => {
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  await ann.join();
  const {transport, iceParameters} = await ann.request(call.transportCreate, {id: ann.id(), direction: 'send'});
  const restart = (generation: number) => ann.request(call.transportRestartIce, {transport, generation});
  const first = await restart(1);
  expect(first.iceParameters.usernameFragment).not.toBe(iceParameters.usernameFragment);
  expect(await restart(1)).toEqual(first);
  // Two that cross: both clients' sides end up with one set of credentials.
  const [third, again] = await Promise.all([restart(3), restart(3)]);
  expect(again).toEqual(third);
  expect(third.iceParameters.usernameFragment).not.toBe(first.iceParameters.usernameFragment);
  expect(await restart(2)).toEqual(third);
  expect(await ann.refusal(call.transportRestartIce, {transport: 'unknown', generation: 4})).toMatchObject({
    code: 'unknown_media',
  });
});
