import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
let cluster: CallCluster;
beforeEach(() => {
  cluster = new CallCluster();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

/** A call on `a` with somebody from each node, locked, with a hand up, a new name, and a pause. */
async function busy(): Promise<{ann: CallClient; bob: CallClient; cas: CallClient}> {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const ann = await cluster.client(a, 'ann');
  const [bob, cas] = [await cluster.client(b, 'bob'), await cluster.client(b, 'cas')];
  await ann.join();
  for (const client of [bob, cas]) {
    const {send} = await client.enter();
    await client.publish(send, 'microphone', {paused: client === bob});
    await client.publish(send, 'camera');
  }
  await cas.ask(people.hand, {room, raised: true});
  await bob.ask(people.profile, {room, name: 'Bobby', metadata: {desk: '4'}});
  await ann.ask(people.lock, {room, locked: true});
  await settled();
  return {ann, bob, cas};
}

async function expectRebuilt({bob, cas}: {bob: CallClient; cas: CallClient}): Promise<void> {
  const {send} = await bob.enter();
  const produce = await bob.publish(send);
  await bob.publish(send, 'camera');
  const {peers, producers, locked} = await cas.join();
  expect(locked).toBe(true);
  expect(
    peers.map(({user, name, profile: {handRaisedAt, metadata}}) => ({user, name, up: handRaisedAt !== null, metadata})),
  ).toEqual([
    {user: 'bob', name: 'Bobby', up: false, metadata: {desk: '4'}},
    {user: 'cas', name: 'cas', up: true, metadata: {}},
  ]);
  expect(producers.map(({source, paused}) => [source, paused])).toEqual([
    ['microphone', true],
    ['camera', false],
  ]);
  await bob.ask(wire.producerResume, {room, producer: produce});
}

test('[PEER13] after the death of the node that ran it, a call is locked as it was, with its hands, names and pauses', async () => {
  const {bob, cas} = await busy();
  cluster.kill(cluster.nodes[0]!);
  for (let turn = 0; turn < 20; turn += 1) await cluster.clock.pass(1_000);
  expect(bob.view.ended).toBe('lost');
  const dan = await cluster.client(cluster.nodes[1]!, 'dan');
  await expect(dan.join()).rejects.toMatchObject({code: 'call_locked'});
  await expectRebuilt({bob, cas});
});

test('[PEER13] after the death of its worker likewise, on the same node', async () => {
  const {bob, cas} = await busy();
  cluster.nodes[0]!.media.kill();
  await settled();
  expect(bob.view.ended).toBe('lost');
  await expectRebuilt({bob, cas});
});

test('[PEER13] who does not come back in time is forgotten, and nothing is kept of a call that ended', async () => {
  const {bob, cas} = await busy();
  cluster.nodes[0]!.media.kill();
  await settled();
  await bob.join();
  await cluster.clock.pass(120_000);
  const {peers} = await cas.join();
  expect(peers.at(-1)).toMatchObject({user: 'cas', profile: {handRaisedAt: null}});
  await cas.ask(people.hand, {room, raised: true});
  for (const client of [bob, cas]) await client.ask(wire.leave, {room});
  await settled();
  const after = await cas.join();
  expect(after).toMatchObject({locked: false, peers: [{user: 'cas', profile: {handRaisedAt: null}}]});
});

test('[PEER13] who says so begins unpaused, though it was paused when the call was lost', async () => {
  const {bob} = await busy();
  cluster.nodes[0]!.media.kill();
  await settled();
  const {send} = await bob.enter();
  await bob.publish(send, 'microphone', {paused: false});
  expect((await bob.ask(wire.sync, {room})).producers).toMatchObject([{paused: false}]);
});

test('[PEER13] while the store is away a lock holds and is refused as not kept; it is kept when the store is back', async () => {
  const {ann, bob} = await busy();
  cluster.world.setAvailable(false);
  await expect(ann.ask(people.lock, {room, locked: false})).rejects.toMatchObject({code: 'unavailable'});
  cluster.world.setAvailable(true);
  await cluster.clock.pass(1_500);
  await settled();
  cluster.nodes[0]!.media.kill();
  await settled();
  expect((await bob.join()).locked).toBe(false);
});
