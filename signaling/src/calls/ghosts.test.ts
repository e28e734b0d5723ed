import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
let ann: CallClient;
let bob: CallClient;
let bobs: {send: string; receive: string};

/** Ann's node runs the call; Bob is on another. */
beforeEach(async () => {
  cluster = new CallCluster();
  [a, b] = [cluster.node('a'), cluster.node('b')];
  ann = await cluster.client(a, 'ann');
  bob = await cluster.client(b, 'bob');
  await ann.enter();
  bobs = await bob.enter();
});
afterEach(async () => {
  expect([...ann.view.contradictions, ...bob.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect([a, b].map(({media}) => media.objects)).toEqual([0, 0]);
  expect(cluster.clock.timers).toBe(0);
});

const changes = (): string[] =>
  ann
    .events(wire.peer)
    .filter(({peer}) => peer === bob.session)
    .map(({change}) => change);
const media = (transport: string, state: 'connected' | 'disconnected' | 'failed'): void => {
  [...a.media.rooms][0]!.say({kind: 'transport', transport, state});
};
const stand = (still: boolean): void => {
  const connection = b.broadcaster.connections.findLast(({id}) => id.startsWith('bob-'));
  connection!.answers = !still;
};

test('[CALL71] one whose connection broke and whose media ended is gone within 12 s, with what it published', async () => {
  media(bobs.send, 'connected');
  await bob.publish(bobs.send);
  bob.drop();
  await cluster.clock.pass(5_600);
  media(bobs.send, 'disconnected');
  await cluster.clock.pass(3_400);
  expect(changes()).toEqual(['joined', 'reconnecting']);
  await cluster.clock.pass(2_000);
  expect(changes()).toEqual(['joined', 'reconnecting', 'left']);
  expect(ann.view.producers.size).toBe(0);
});

test('[CALL71] one whose media ends later than that is gone at once', async () => {
  media(bobs.send, 'connected');
  bob.drop();
  await cluster.clock.pass(60_000);
  expect(changes()).toEqual(['joined', 'reconnecting']);
  media(bobs.send, 'disconnected');
  await settled();
  expect(changes().at(-1)).toBe('left');
});

test('[CALL71] one that stands still is gone within 12 s; it is told when it goes on, and may join again', async () => {
  stand(true);
  await cluster.clock.pass(12_000);
  expect(changes()).toEqual(['joined', 'reconnecting', 'left']);
  stand(false);
  await settled();
  expect(bob.events(wire.closed)).toEqual([{room: 'den', reason: 'lost'}]);
  await bob.enter();
  await settled();
  expect(changes()).toEqual(['joined', 'reconnecting', 'left', 'joined']);
});

test('[CALL71] who is resumed later than that is told that the call was lost, and joins it again as it was', async () => {
  await bob.ask(wire.subscribe, {room: 'den', transport: bobs.receive, producers: 'all'});
  bob.drop();
  await cluster.clock.pass(12_000);
  expect(changes().at(-1)).toBe('left');
  expect(await bob.connect(a)).toMatchObject({resumed: true});
  await settled();
  await expect(bob.ask(wire.sync, {room: 'den'})).rejects.toMatchObject({code: 'not_in_call'});
  await bob.enter();
  await settled();
  expect(ann.view.peers.get(bob.session)).toBe('connected');
});

test('[CALL71] who is back in time, once or again and again, is in the call as before', async () => {
  for (let round = 0; round < 5; round += 1) {
    bob.drop();
    await cluster.clock.pass(9_000);
    await bob.connect(round % 2 === 0 ? a : b);
    await bob.ask(wire.sync, {room: 'den'});
    await cluster.clock.pass(3_000);
  }
  expect(changes()).not.toContain('left');
});

test('[CALL71] a call of which nobody is heard any more is over, and begins anew as it was', async () => {
  ann.drop();
  bob.drop();
  await cluster.clock.pass(12_000);
  expect([...a.media.rooms]).toEqual([]);
  await ann.connect(a);
  await bob.connect(b);
  await settled();
  ann.view.gone();
  bob.view.gone();
  await ann.enter();
  await bob.enter();
  await settled();
  expect(ann.view.peers.get(bob.session)).toBe('connected');
});
