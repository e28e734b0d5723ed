import {call as wire, ParleyError, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const moved = [{room, reason: 'moved'}];
let cluster: CallCluster;
let a: CallNode;
let ann: CallClient;
let bob: CallClient;

/** The call is on `a`, and so is Ann; Bob is on a hub. */
beforeEach(async () => {
  cluster = new CallCluster();
  a = cluster.node('a');
  ann = await cluster.client(a, 'ann');
  bob = await cluster.client(cluster.node('hub', {media: false}), 'bob');
  await ann.enter();
  const {send} = await bob.enter();
  await bob.publish(send, 'microphone', {paused: true});
  const [media] = a.media.rooms;
  for (const transport of media!.transports.keys()) media!.say({kind: 'transport', transport, state: 'connected'});
  await bob.ask(people.hand, {room, raised: true});
  await offered(cluster);
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  for (const {media} of cluster.nodes) expect(media.objects).toBe(0);
});

test('[CALL31] [DRAIN9] before a node leaves its calls move: the old media stands until they are up elsewhere', async () => {
  const b = cluster.node('b');
  const objects = a.media.objects;
  const closing = a.hub.close();
  await settled();
  for (const client of [ann, bob]) expect(client.events(wire.closed)).toEqual(moved);
  expect(a.media.objects).toBe(objects);
  // Clients of the node that leaves are connected to it still, and join by it.
  const {send} = await ann.enter();
  await ann.publish(send);
  const {producers, peers} = await bob.join();
  expect(producers).toMatchObject([{peer: ann.session}]);
  expect(peers.map(({profile}) => profile.handRaisedAt !== null)).toEqual([false, true]);
  expect(b.media.rooms.size).toBe(1);
  expect(ann.connected).toBe(true);
  await cluster.clock.pass(4_000);
  expect(a.media.objects).toBe(objects);
  await cluster.clock.pass(5_000);
  expect(a.media.objects).toBe(0);
  await cluster.clock.pass(10_000);
  await closing;
  expect(cluster.nodes.at(-1)?.media.rooms.size).toBe(1);
});

test('[CALL31] the media of before ends as soon as nobody is on it any more, and the node leaves then', async () => {
  cluster.node('b');
  const closing = a.hub.close();
  await settled();
  await bob.join();
  const [left] = a.media.rooms;
  for (const transport of left!.transports.keys()) left!.say({kind: 'transport', transport, state: 'failed'});
  await settled();
  expect(a.media.objects).toBe(0);
  await cluster.clock.pass(3_000);
  await closing;
});

test('[DRAIN6] without another node with media calls end when the node has handed its sessions over', async () => {
  const closing = a.hub.close();
  await cluster.clock.pass(10_000);
  await closing;
  expect(bob.view.ended).toBe('lost');
  const b = cluster.node('b');
  await bob.enter();
  expect(b.media.rooms.size).toBe(1);
});

test('[CALL31] a node that moves its calls away begins none, whoever asks it', async () => {
  const b = cluster.node('b');
  const closing = a.hub.close();
  await settled();
  const cas = await cluster.client(b, 'cas', 'lab');
  await cas.join('lab');
  await bob.join();
  expect([a.media.rooms.size, b.media.rooms.size]).toEqual([1, 2]);
  await cluster.clock.pass(12_000);
  await closing;
});

test('[CALL31] one who joins is not refused because the node that had the call left while it was asked; who asks for more is', async () => {
  const b = cluster.node('b');
  const closing = a.hub.close();
  await settled();
  const {bus, leases} = cluster.nodes.find(({name}) => name === 'hub')!.store;
  const stillThere = (): void => {
    vi.spyOn(leases, 'holder').mockResolvedValueOnce('a');
    vi.spyOn(bus, 'request').mockRejectedValueOnce(new ParleyError('unavailable', {message: 'The node a is gone.'}));
  };
  stillThere();
  await expect(bob.ask(wire.sync, {room})).rejects.toMatchObject({code: 'unavailable'});
  stillThere();
  await bob.join();
  expect(b.media.rooms.size).toBe(1);
  vi.restoreAllMocks();
  await cluster.clock.pass(12_000);
  await closing;
});

test('[CALL52] a call is moved to the node that is named, by a backend at any node, and is there as it was', async () => {
  const [b, c] = [cluster.node('b'), cluster.node('c')];
  const {calls} = b.hub.backstage;
  expect(await calls.move(room, {node: 'c'})).toEqual({node: 'c'});
  for (const client of [ann, bob]) expect(client.events(wire.closed)).toEqual(moved);
  // Whoever comes first, and by whichever node: it begins where it was moved to.
  const dan = await cluster.client(b, 'dan');
  await Promise.all([dan.join(), ann.join()]);
  const {peers} = await bob.join();
  expect(peers.map(({user}) => user).sort()).toEqual(['ann', 'bob', 'dan']);
  expect(peers.find(({user}) => user === 'bob')?.profile.handRaisedAt).not.toBeNull();
  expect([b.media.rooms.size, c.media.rooms.size]).toEqual([0, 1]);
  expect(a.media.rooms.size).toBe(1);
  await cluster.clock.pass(9_000);
  expect(a.media.objects).toBe(0);
  expect(await calls.get(room)).toMatchObject({node: 'c', active: true});
});

test('[CALL52] without a name it goes to the other node with the fewest peers; being there already is fine', async () => {
  const [b] = [cluster.node('b'), cluster.node('c')];
  const {calls} = b.hub.backstage;
  for (const user of ['eve', 'fay']) await (await cluster.client(b, user, 'lab')).join('lab');
  expect(await calls.move(room, {})).toEqual({node: 'c'});
  await bob.join();
  expect(await calls.move(room, {node: 'c'})).toEqual({node: 'c'});
  expect(bob.view.ended).toBeUndefined();
  expect(await calls.move(room, {})).toEqual({node: 'a'});
  await bob.join();
  expect(await calls.get(room)).toMatchObject({node: 'a'});
});

test('[CALL52] a call is not moved where it cannot run, and none is moved where there is none', async () => {
  const {calls} = a.hub.backstage;
  await expect(calls.move(room, {})).rejects.toMatchObject({code: 'unavailable'});
  for (const name of ['hub', 'nowhere'])
    await expect(calls.move(room, {node: name})).rejects.toMatchObject({code: 'invalid_payload', field: 'node'});
  expect(bob.view.ended).toBeUndefined();
  await cluster.client(a, 'gil', 'attic');
  await expect(calls.move('attic', {node: 'a'})).rejects.toMatchObject({code: 'unknown_call'});
  await expect(calls.move('nowhere', {node: 'a'})).rejects.toMatchObject({code: 'unknown_room'});
});

test('[CALL52] a moved call that nobody takes up within the time of its lease may begin anywhere', async () => {
  const b = cluster.node('b');
  await a.hub.backstage.calls.move(room, {node: 'b'});
  cluster.kill(b);
  await cluster.clock.pass(12_000);
  await bob.join();
  expect(a.media.rooms.size).toBe(1);
});
