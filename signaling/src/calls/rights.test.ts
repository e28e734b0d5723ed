import {call as wire, session as sessionWire, type CallRight, type Role} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';
import {readableToken} from '../testing/index.js';

let cluster: CallCluster;
let a: CallNode;
let b: CallNode;
/** Owns the room and the call, on node a. */
let ann: CallClient;
/** A member, on node b. */
let bob: CallClient;
beforeEach(async () => {
  cluster = new CallCluster();
  [a, b] = [cluster.node('a'), cluster.node('b')];
  [ann, bob] = [await cluster.client(a, 'ann'), await cluster.client(b, 'bob')];
  await ann.enter();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.nodes.map(({media}) => media.objects + media.rooms.size)).toEqual([0, 0]);
});

const make = (role: Role) => a.hub.backstage.rooms.setMember('den', {user: 'bob', role});
const grant = (call: readonly CallRight[]) =>
  bob.ask(sessionWire.refresh, {token: readableToken({user: 'bob', name: 'bob', grants: [{rooms: ['den'], call}]})});
/** What is published, as ann was told. */
function sources(): string[] {
  const told = new Map(ann.events(wire.producer).map(({producer, source}) => [producer, source]));
  return [...ann.view.producers.keys()].map((producer) => told.get(producer) ?? 'untold').sort();
}

test('[PERM13] who becomes a guest publishes nothing any more, stays in the call, and may again when promoted', async () => {
  const {send} = await bob.enter();
  await bob.publish(send);
  await bob.publish(send, 'camera');
  await offered(cluster);
  expect(sources()).toEqual(['camera', 'microphone']);
  await make('guest');
  await settled();
  expect(sources()).toEqual([]);
  expect(ann.view).toMatchObject({contradictions: [], consumers: new Map()});
  expect(ann.view.peers.has(bob.session)).toBe(true);
  await expect(bob.publish(send)).rejects.toMatchObject({code: 'forbidden'});
  await make('member');
  await bob.publish(send);
  await offered(cluster);
  expect(sources()).toEqual(['microphone']);
});

test('[PERM13] a refreshed token takes and gives rights in the call one by one', async () => {
  const {send} = await bob.enter();
  await bob.publish(send);
  await bob.publish(send, 'camera');
  await grant(['join', 'audio']);
  await settled();
  expect(sources()).toEqual(['microphone']);
  await expect(bob.publish(send, 'camera')).rejects.toMatchObject({code: 'forbidden'});
  await grant(['join', 'video']);
  await settled();
  expect(sources()).toEqual([]);
  await bob.publish(send, 'camera');
  await settled();
  expect(sources()).toEqual(['camera']);
  await grant(['audio', 'video']);
  await settled();
  expect(ann.view.peers.has(bob.session)).toBe(false);
  expect(bob.view.ended).toBe('removed');
  await expect(bob.join()).rejects.toMatchObject({code: 'forbidden'});
});

test('[PERM13] what is published at the moment of a demotion is closed, whichever comes first', async () => {
  const {send} = await bob.enter();
  for (let round = 0; round < 12; round += 1) {
    await make('member');
    const publishing = (async () => {
      for (let step = 0; step < round; step += 1) await Promise.resolve();
      return bob.publish(send);
    })();
    await Promise.allSettled([make('guest'), publishing]);
    await settled();
    expect(sources()).toEqual([]);
  }
  expect(ann.view.contradictions).toEqual([]);
});

test.each(['a', 'b'])('[PERM13] who loses rights while away has them no more when back, on node %s', async (name) => {
  const {send} = await bob.enter();
  await bob.publish(send);
  await settled();
  expect(sources()).toEqual(['microphone']);
  bob.drop();
  await settled();
  await make('guest');
  await bob.connect(name === 'a' ? a : b);
  await cluster.clock.pass(100);
  expect(sources()).toEqual([]);
  await bob.ask(wire.sync, {room: 'den'});
  expect(ann.view.peers.get(bob.session)).toBe('connected');
  expect(ann.view.contradictions).toEqual([]);
});

test('[PERM13] who is not let in any more when back is not in the call either', async () => {
  const {send} = await bob.enter();
  await bob.publish(send);
  const {groups, rooms} = a.hub.backstage;
  await rooms.update('den', {access: 'invited'});
  await groups.create({group: 'staff'});
  await groups.addUsers('staff', ['cas']);
  await rooms.setGroup('den', 'staff', 'member');
  const cas = await cluster.client(b, 'cas');
  await cas.enter();
  cas.drop();
  await settled();
  await groups.removeUsers('staff', ['cas']);
  expect((await cas.connect(b)).rooms).toEqual([]);
  await settled();
  expect(cas.events(wire.closed)).toEqual([{room: 'den', reason: 'removed'}]);
  expect([...ann.view.peers.keys()].sort()).toEqual([ann.session, bob.session].sort());
  expect((await b.store.sessions.find(cas.session))?.call).toBeUndefined();
});
