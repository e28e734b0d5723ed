import type {Socket} from 'node:net';
import {call, room as rooms, session as sessions} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../eventually.js';
import {kickUser} from '../ops.js';
import {Caller} from './caller.js';
import {makeWorld, startMediaNode} from './media-node.js';

test('[CALL8] a drop and a resume on the other node leave transports, producers and consumers as they are', async () => {
  using watch = new WorkerWatch();
  const world = makeWorld();
  await using here = await startMediaNode({}, world);
  await using there = await startMediaNode({}, world);
  await using ann = await Caller.connect(here, 'ann');
  await using bob = await Caller.connect(there, 'bob');
  const {send} = await ann.enter();
  const {send: ofBob} = await bob.enter();
  await ann.publish(send, 'microphone');
  const camera = await ann.publish(send, 'camera');
  await bob.publish(ofBob, 'microphone');
  await bob.confirm(await bob.offered(2));
  await ann.offered(1);
  const before = await bob.request(call.sync, {});
  const held = await watch.ids();

  bob.drop();
  await ann.untilTold(call.peer, (events) => events.some(({change}) => change === 'reconnecting'));
  await ann.request(call.producerPause, {producer: camera});
  await bob.resume(here);
  expect(bob.ready).toMatchObject({resumed: true, call: {room: 'den'}, session: before.peer});
  const after = await bob.request(call.sync, {});
  await ann.untilTold(call.peer, (events) => events.some(({change}) => change === 'connected'));

  const paused = <P extends {producer: string}>(one: P, how: object): P =>
    one.producer === camera ? {...one, ...how} : one;
  expect(after).toEqual({
    ...before,
    // The worker names somebody after some seconds, though nobody says anything.
    speaker: after.speaker,
    producers: before.producers.map((producer) => paused(producer, {paused: true})),
    consumers: before.consumers.map((consumer) => paused(consumer, {producerPaused: true})),
  });
  expect(await watch.ids()).toEqual(held);
  expect(ann.told(call.peer).map(({change}) => change)).toEqual(['joined', 'reconnecting', 'connected']);

  // It goes on from there: by its new node it acts, and hears.
  await bob.request(call.transportRestartIce, {transport: ofBob, generation: 1});
  await ann.request(call.producerResume, {producer: camera});
  await bob.untilTold(call.producer, (events) => events.at(-1)?.change === 'resumed');
  expect(bob.told(call.consumersClosed)).toEqual([]);
});

test('[CALL8] when the call’s own node is the one that is left behind, its call stays there, until its node goes', async () => {
  using watch = new WorkerWatch();
  const world = makeWorld();
  const owner = await startMediaNode({}, world);
  try {
    await using other = await startMediaNode({}, world);
    await using ann = await Caller.connect(owner, 'ann');
    await using bob = await Caller.connect(owner, 'bob');
    const {send} = await ann.enter();
    await bob.enter();
    await ann.publish(send, 'camera');
    await bob.offered(1);
    const held = await watch.ids();
    for (const caller of [ann, bob]) {
      caller.drop();
      await caller.resume(other);
      await caller.request(call.sync, {});
    }
    expect(await watch.ids()).toEqual(held);

    const closing = owner.close();
    for (const caller of [ann, bob]) {
      expect(await caller.untilTold(call.closed, ({length}) => length > 0)).toEqual([{room: 'den', reason: 'moved'}]);
    }
    const again = await ann.enter();
    await bob.enter();
    await ann.publish(again.send, 'camera');
    await bob.offered(2);
    await closing;
  } finally {
    await owner.close();
  }
});

test('[CALL9] whose signaling is gone is told as reconnecting, and as left when the session ends', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode({PARLEY_RESUME_WINDOW: '1s'});
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  await ann.enter();
  const {send} = await bob.enter();
  await bob.publish(send, 'microphone');
  await ann.offered(1);
  bob.drop();
  const changes = await ann.untilTold(call.peer, (events) => events.at(-1)?.change === 'left');
  expect(changes.map(({change}) => change)).toEqual(['joined', 'reconnecting', 'left']);
  expect(ann.told(call.producer).at(-1)).toMatchObject({change: 'closed'});
  expect((await watch.ids()).transports).toHaveLength(2);
});

test('[CALL9] a client that answers nothing, though its connection stands, is told as reconnecting, and misses nothing', async () => {
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  const {send} = await ann.enter();
  await bob.enter();
  const stream = tcpOf(bob);
  const stalledAt = performance.now();
  stream.pause();
  await ann.untilTold(call.peer, (events) => events.at(-1)?.change === 'reconnecting');
  expect(performance.now() - stalledAt).toBeLessThan(6_000);
  const camera = await ann.publish(send, 'camera');
  expect(bob.client.socket.connected).toBe(true);

  stream.resume();
  await ann.untilTold(call.peer, (events) => events.at(-1)?.change === 'connected');
  expect(await bob.offered(1)).toMatchObject([{producer: camera}]);
  expect(ann.told(call.peer).map(({change}) => change)).toEqual(['joined', 'reconnecting', 'connected']);
});

/** The TCP stream under a client's WebSocket. */
function tcpOf(caller: Caller): Socket {
  const {transport} = caller.client.socket.io.engine as unknown as {transport: {ws: {_socket: Socket}}};
  return transport.ws._socket;
}

const endings: Record<string, (caller: Caller, node: Awaited<ReturnType<typeof startMediaNode>>) => Promise<unknown>> =
  {
    'call.leave': (caller) => caller.request(call.leave, {}),
    'room.leave': (caller) => caller.request(rooms.leave, {}),
    'session.end': (caller) => caller.client.request(sessions.end.name, {}),
    'a kick through the other node': (caller, other) => kickUser(other, caller.user),
  };

test.each(Object.entries(endings))(
  '[CALL10] %s ends the peer, and the last one’s the call: nothing is left in the worker',
  async (_how, leave) => {
    using watch = new WorkerWatch();
    const world = makeWorld();
    await using here = await startMediaNode({}, world);
    await using there = await startMediaNode({}, world);
    const empty = await watch.dump();
    await using ann = await Caller.connect(here, 'ann');
    await using bob = await Caller.connect(there, 'bob');
    await using watcher = await Caller.connect(there, 'cas');
    const {send} = await ann.enter();
    const {send: ofBob} = await bob.enter();
    await ann.publish(send, 'camera');
    const microphone = await bob.publish(ofBob, 'microphone');
    await bob.confirm(await bob.offered(1));
    await ann.offered(1);
    const {session} = bob;

    await leave(bob, here);
    const left = await ann.untilTold(call.peer, (events) => events.at(-1)?.change === 'left');
    expect(left.at(-1)).toMatchObject({peer: session, user: 'bob'});
    expect(ann.told(call.producer).at(-1)).toMatchObject({producer: microphone, change: 'closed'});
    expect(await watch.ids()).toMatchObject({transports: [{}, {}], producers: [{}], consumers: []});

    await leave(ann, there);
    await eventually(async () => (await watch.dump()).handlers === empty.handlers, 'the worker to hold nothing');
    expect(await watch.dump()).toEqual(empty);
    const told = await watcher.untilTold(call.status, (events) => events.at(-1)?.active === false);
    expect(told.map(({peers}) => peers)).toEqual([1, 2, 1, 0]);
  },
);

test('[CALL11] of thirty who join at once as many get in as there is room for, on two nodes', async () => {
  using watch = new WorkerWatch();
  const world = makeWorld();
  const most = {PARLEY_MAX_PEERS_PER_CALL: '12'};
  await using here = await startMediaNode(most, world);
  await using there = await startMediaNode(most, world);
  const callers = await Promise.all(
    Array.from({length: 30}, (_, n) => Caller.connect(n % 2 === 0 ? here : there, `user-${n}`)),
  );
  try {
    const outcomes = await Promise.allSettled(callers.map((caller) => caller.join()));
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as {code?: string}).code] : [],
    );
    expect(refused).toEqual(Array.from({length: 18}, () => 'call_full'));
    const inside = callers.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    const {peers} = await inside[0]!.request(call.sync, {});
    expect(peers.map(({peer}) => peer).sort()).toEqual(inside.map(({session}) => session).sort());
    expect(peers).toHaveLength(12);
    expect(await watch.dump()).toMatchObject({routers: 1});

    const outside = callers.filter((_, n) => outcomes[n]?.status === 'rejected');
    await inside[0]!.request(call.leave, {});
    await outside[0]!.join();
    await expect(outside[1]!.join()).rejects.toMatchObject({code: 'call_full', retryable: false});
  } finally {
    for (const caller of callers) await caller[Symbol.asyncDispose]();
  }
});
