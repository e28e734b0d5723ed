import {call as wire, callRehearsal, type CallRight} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const rights: CallRight[] = ['join', 'audio', 'video', 'simulate'];
let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
let ann: CallClient;
let bob: CallClient;

/** Ann may simulate, by a grant of her token; Bob is the room's owner without one. */
beforeEach(async () => {
  cluster = new CallCluster();
  [a, b] = [cluster.node('a'), cluster.node('b')];
  bob = await cluster.client(a, 'bob');
  ann = await cluster.client(b, 'ann', room, [{rooms: ['*'], call: rights}]);
  const {send} = await bob.enter();
  await bob.publish(send);
  await ann.enter();
  await offered(cluster);
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const simulate = (who: CallClient, mishap: callRehearsal.Mishap): Promise<unknown> =>
  who.ask(callRehearsal.simulate, {room, mishap});
const lost = [{room, reason: 'lost'}];

test('[CALL32] only a grant of the token lets anybody simulate: the owner of the room may not', async () => {
  await expect(simulate(bob, {kind: 'worker'})).rejects.toMatchObject({code: 'forbidden'});
  expect(bob.events(wire.closed)).toEqual([]);
});

test('[CALL32] a simulated loss of the worker is told at once, one of the node after as long as a lease', async () => {
  await simulate(ann, {kind: 'worker'});
  await cluster.clock.pass(10);
  for (const client of [ann, bob]) expect(client.events(wire.closed)).toEqual(lost);

  await bob.enter();
  await ann.enter();
  await simulate(ann, {kind: 'node'});
  await cluster.clock.pass(1_500);
  expect([a, b].map(({media}) => media.objects)).toEqual([0, 0]);
  expect(bob.events(wire.closed)).toHaveLength(1);
  await cluster.clock.pass(600);
  expect(bob.events(wire.closed)).toHaveLength(2);
  await bob.enter();
});

test('[CALL32] a simulated loss of signaling closes the connection alone; the session comes back to its media', async () => {
  const {media} = a;
  const {objects} = media;
  await simulate(ann, {kind: 'signaling'});
  await settled();
  ann.drop();
  const ready = await ann.connect(b);
  expect(ready).toMatchObject({resumed: true, call: {room}});
  await ann.ask(wire.sync, {room});
  expect(media.objects).toBe(objects);
  expect(bob.events(wire.peer).map(({change}) => change)).toContain('reconnecting');
});

test('[CALL32] without UDP a peer’s transports are closed, and new ones offer TCP alone, until that ends', async () => {
  const create = async (id: string): Promise<string[]> => {
    const {iceCandidates} = await ann.ask(wire.transportCreate, {room, id, direction: 'send'});
    return iceCandidates.map(({protocol}) => protocol);
  };
  await simulate(ann, {kind: 'udp', blocked: true});
  expect((await ann.ask(wire.sync, {room})).transports).toEqual([]);
  expect(await create('t1')).toEqual(['tcp']);
  await simulate(ann, {kind: 'udp', blocked: false});
  expect(await create('t2')).toEqual(['udp', 'tcp']);
});

test('[CALL32] a simulated limit of the downlink holds for what the peer is sent, also by new transports', async () => {
  const [media] = a.media.rooms;
  const limits = (): number[] => [...media!.outgoing.values()];
  await simulate(ann, {kind: 'downlink', bitsPerSecond: 300_000});
  expect(limits()).toEqual([300_000]);
  await ann.ask(wire.transportCreate, {room, id: 'again', direction: 'receive'});
  expect(limits().at(-1)).toBe(300_000);
  await simulate(ann, {kind: 'downlink', bitsPerSecond: 0});
  expect(limits().at(-1)).toBe(0);
});
