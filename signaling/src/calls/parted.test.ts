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

/** The worker that carried these peers dies; others carry the rest of the call. */
async function lose(...clients: readonly CallClient[]): Promise<void> {
  const [media] = cluster.nodes[0]!.media.rooms;
  media!.losePeers(clients.map(({session}) => session));
  await settled();
}

async function meeting(): Promise<{ann: CallClient; bob: CallClient}> {
  const node = cluster.node('a');
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(node, 'bob')];
  for (const client of [ann, bob]) {
    const {send} = await client.enter();
    await client.publish(send, 'microphone', {paused: client === bob});
  }
  await bob.ask(people.hand, {room, raised: true});
  return {ann, bob};
}

test('[CALL60] with the worker of some peers the others lose only them, and who joins again is as it was', async () => {
  const {ann, bob} = await meeting();
  await lose(bob);
  expect(bob.view.ended).toBe('lost');
  expect(ann.view.ended).toBeUndefined();
  expect((await ann.ask(wire.sync, {room})).peers.map(({user}) => user)).toEqual(['ann']);
  const {send} = await bob.enter();
  await bob.publish(send);
  const {peers, producers} = await ann.ask(wire.sync, {room});
  expect(peers.map(({user, profile}) => [user, profile.handRaisedAt !== null])).toEqual([
    ['ann', false],
    ['bob', true],
  ]);
  expect(producers.map(({peer, paused}) => [peer === bob.session, paused])).toEqual([
    [false, false],
    [true, true],
  ]);
});

test('[CALL60] who does not come back within the resume window is forgotten', async () => {
  const {bob} = await meeting();
  await lose(bob);
  await cluster.clock.pass(130_000);
  expect((await bob.join()).peers.at(-1)).toMatchObject({user: 'bob', profile: {handRaisedAt: null}});
});

test('[CALL60] a call that lost all its peers is lost, and rebuilt when they join again', async () => {
  const {ann, bob} = await meeting();
  await lose(ann, bob);
  expect(cluster.nodes[0]!.media.rooms.size).toBe(0);
  const {peers} = await bob.join();
  expect(peers.map(({user, profile}) => [user, profile.handRaisedAt !== null])).toEqual([['bob', true]]);
});
