import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';

let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
let ann: CallClient;
let bob: CallClient;

beforeEach(async () => {
  cluster = new CallCluster();
  [a, b] = [cluster.node('a'), cluster.node('b')];
  ann = await cluster.client(a, 'ann');
  bob = await cluster.client(b, 'bob');
  await ann.join();
  await bob.join();
});
afterEach(async () => {
  expect([...ann.view.contradictions, ...bob.view.contradictions]).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

/** The client neither answers nor breaks its connection: it stands still, or the network between swallows everything. */
function answers(client: CallClient, does: boolean): void {
  const connection = client.at!.broadcaster.connections.findLast(({id}) => id.startsWith(`${client.user}-`));
  connection!.answers = does;
}
const changesOf = (client: CallClient, of: CallClient): string[] =>
  client
    .events(wire.peer)
    .filter(({peer}) => peer === of.session)
    .map(({change}) => change);

test('[CALL9] one that falls silent without a drop is told as reconnecting within 6 s, and as connected when heard again', async () => {
  await cluster.clock.pass(10_000);
  answers(bob, false);
  await cluster.clock.pass(3_000);
  expect(changesOf(ann, bob)).toEqual(['joined']);
  await cluster.clock.pass(3_000);
  expect(changesOf(ann, bob)).toEqual(['joined', 'reconnecting']);
  await cluster.clock.pass(3_000);
  answers(bob, true);
  await cluster.clock.pass(1_000);
  expect(changesOf(ann, bob)).toEqual(['joined', 'reconnecting', 'connected']);
  await cluster.clock.pass(60_000);
  expect(changesOf(ann, bob)).toHaveLength(3);
});

test('[CALL9] it is sent meanwhile what it is to know, so that it has missed nothing', async () => {
  answers(bob, false);
  await cluster.clock.pass(6_000);
  const cas = await cluster.client(b, 'cas');
  await cas.join();
  answers(bob, true);
  await cluster.clock.pass(1_000);
  expect([...bob.view.peers.keys()].sort()).toEqual([ann, bob, cas].map(({session}) => session).sort());
});

test('[CALL9] short pauses are no news, however many', async () => {
  for (let round = 0; round < 10; round += 1) {
    answers(bob, false);
    await cluster.clock.pass(3_000);
    answers(bob, true);
    await cluster.clock.pass(1_000);
  }
  expect(changesOf(ann, bob)).toEqual(['joined']);
});

test('[CALL9] one that was silent is connected within a second of its resume, on the same node or another', async () => {
  for (const node of [b, a]) {
    answers(bob, false);
    await cluster.clock.pass(6_000);
    expect(changesOf(ann, bob).at(-1)).toBe('reconnecting');
    await bob.connect(node);
    await bob.ask(wire.sync, {room: 'den'});
    await cluster.clock.pass(1_000);
    expect(ann.view.peers.get(bob.session)).toBe('connected');
  }
  await cluster.clock.pass(20_000);
  expect(ann.view.peers.get(bob.session)).toBe('connected');
});

test('[CALL9] silence that could not be told is told as soon as it can be', async () => {
  await cluster.clock.pass(2_000);
  answers(bob, false);
  await cluster.clock.pass(3_000);
  cluster.world.setAvailable(false);
  await cluster.clock.pass(2_000);
  expect(changesOf(ann, bob)).toEqual(['joined']);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(3_000);
  expect(changesOf(ann, bob)).toEqual(['joined', 'reconnecting']);
});

test('[CALL9] one that asks sees itself as connected, whatever the others were told of it', async () => {
  answers(bob, false);
  await cluster.clock.pass(6_000);
  const {peers} = await bob.ask(wire.sync, {room: 'den'});
  expect(peers.map(({user, state}) => `${user} ${state}`).sort()).toEqual(['ann connected', 'bob connected']);
});
