import {call as wire, room as roomWire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
beforeEach(() => {
  cluster = new CallCluster();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.nodes.map(({media}) => media.objects + media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
});

test('[CALL1] without a media worker anywhere calls are refused with the reason, and all else works', async () => {
  const node = cluster.node('a', {media: false});
  const ann = await cluster.client(node, 'ann');
  expect(node.hub).toBeDefined();
  const refusal = {code: 'calls_unavailable', message: node.media.unavailableReason};
  await expect(ann.ask(wire.prepare, {room: 'den'})).rejects.toMatchObject(refusal);
  await expect(ann.join()).rejects.toMatchObject(refusal);
  expect((await ann.ask(roomWire.members, {room: 'den'})).members).toHaveLength(1);
  await ann.ask(wire.leave, {room: 'den'});
});

test('[CALL1] session.ready says whether calls can be made, and why not', async () => {
  const off = cluster.node('a', {media: false});
  const {calls} = await (await cluster.client(off, 'ann')).connect(off);
  expect(calls).toEqual({available: false, reason: off.media.unavailableReason});
  const on = cluster.node('b');
  expect((await (await cluster.client(on, 'bob')).connect(on)).calls).toEqual({available: true});
  expect((await (await cluster.client(off, 'eve')).connect(off)).calls).toEqual({available: true});
});

test('[CALL2] peers on any node are in the same call, also on nodes without media', async () => {
  const [a, b, c] = [cluster.node('a', {media: false}), cluster.node('b'), cluster.node('c')];
  const [ann, bob, cas] = [
    await cluster.client(a, 'ann'),
    await cluster.client(b, 'bob'),
    await cluster.client(c, 'cas'),
  ];
  const clients = [ann, bob, cas];
  await Promise.all(clients.map((client) => client.join()));
  await settled();
  for (const {view} of clients) {
    expect([...view.peers.keys()].sort()).toEqual(clients.map(({session}) => session).sort());
    expect(view.contradictions).toEqual([]);
  }
  expect([a, b, c].map(({media}) => media.rooms.size).sort()).toEqual([0, 0, 1]);
});

test('[CALL2] whoever begins a call at the same moment on different nodes begins one', async () => {
  const nodes = ['a', 'b', 'c'].map((name) => cluster.node(name));
  const clients = await Promise.all(nodes.map((node, index) => cluster.client(node, `user${index}`)));
  await Promise.all(clients.map((client) => client.join()));
  expect(nodes.reduce((rooms, {media}) => rooms + media.rooms.size, 0)).toBe(1);
});

test('[CALL3] the answer to a join and the events after it name every peer and producer once', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const first = await cluster.client(a, 'ann');
  const {send} = await first.enter();
  const joiners = await Promise.all(Array.from({length: 6}, (_, n) => cluster.client(n % 2 ? a : b, `user${n}`)));
  // Everything at once: whatever is in the answer must not come as an event, and the other way round.
  await Promise.all([
    ...joiners.map((client) => client.join()),
    first.publish(send, 'microphone'),
    first.publish(send, 'camera'),
  ]);
  await offered(cluster);
  for (const {view} of [first, ...joiners]) {
    expect(view.contradictions).toEqual([]);
    expect(view.peers.size).toBe(7);
    expect([...view.producers.values()].filter(({peer}) => peer === first.session)).toHaveLength(
      view === first.view ? 0 : 2,
    );
  }
});

test('[CALL10] leaving closes everything of the peer, and the last one ends the call', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob] = [await cluster.client(a, 'ann'), await cluster.client(b, 'bob')];
  const [{send}, {send: bobs}] = [await ann.enter(), await bob.enter()];
  await ann.publish(send);
  await bob.publish(bobs);
  await offered(cluster);
  expect(a.media.objects + b.media.objects).toBe(8);
  expect(bob.view.consumers.size).toBe(1);

  await ann.ask(wire.leave, {room: 'den'});
  await settled();
  expect(bob.view).toMatchObject({contradictions: [], consumers: new Map()});
  expect([...bob.view.peers.keys()]).toEqual([bob.session]);
  expect(a.media.objects + b.media.objects).toBe(3);
  await bob.ask(wire.leave, {room: 'den'});
  expect(a.media.rooms.size + b.media.rooms.size).toBe(0);
  expect(await a.store.leases.holder('call:den')).toBeUndefined();
  await bob.ask(wire.leave, {room: 'den'});
});

test('[CALL10] the end of the session and a kick close everything of the peer', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob, cas] = await Promise.all([
    cluster.client(a, 'ann'),
    cluster.client(b, 'bob'),
    cluster.client(b, 'cas'),
  ]);
  for (const client of [ann, bob, cas]) await client.publish((await client.enter()).send);
  await b.hub.backstage.kick({session: bob.session});
  await settled();
  expect([...ann.view.peers.keys()].sort()).toEqual([ann.session, cas.session].sort());
  cas.drop();
  await cluster.clock.pass(180_000);
  expect([...ann.view.peers.keys()]).toEqual([ann.session]);
  expect(ann.view).toMatchObject({contradictions: [], consumers: new Map()});
  expect(a.media.objects + b.media.objects).toBe(3);
});

test('[CALL10] whoever leaves the room is removed from its call, and told', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob] = [await cluster.client(a, 'ann'), await cluster.client(b, 'bob')];
  await ann.enter();
  await bob.enter();
  await bob.ask(roomWire.leave, {room: 'den'});
  await settled();
  expect(bob.view.ended).toBe('removed');
  expect([...ann.view.peers.keys()]).toEqual([ann.session]);
  await expect(bob.join()).rejects.toMatchObject({code: 'not_joined'});
});

test('[CALL11] one more than the limit is refused, exactly, however many come at once', async () => {
  cluster = new CallCluster({calls: {peers: 3, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0}});
  const nodes = [cluster.node('a'), cluster.node('b')];
  const clients = await Promise.all(Array.from({length: 8}, (_, n) => cluster.client(nodes[n % 2]!, `user${n}`)));
  const outcomes = await Promise.allSettled(clients.map((client) => client.join()));
  const refused = outcomes.filter(({status}) => status === 'rejected');
  expect(refused).toHaveLength(5);
  for (const refusal of refused) expect(refusal).toMatchObject({reason: {code: 'call_full'}});
  const inside = clients.find((_, index) => outcomes[index]?.status === 'fulfilled')!;
  const outside = clients.find((_, index) => outcomes[index]?.status === 'rejected')!;
  await inside.ask(wire.leave, {room: 'den'});
  expect((await outside.join()).limits.peers).toBe(3);
});

test('[CALL14] members are told when a call begins, changes its peers, or ends', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob, cas] = [
    await cluster.client(a, 'ann'),
    await cluster.client(b, 'bob'),
    await cluster.client(b, 'cas'),
  ];
  await ann.join();
  await bob.join();
  await settled();
  const told = (): [boolean, number][] =>
    b.broadcaster.published
      .filter(({name}) => name === wire.status.name)
      .map(({payload}) => wire.status.payload.parse(payload))
      .map(({active, peers}) => [active, peers]);
  expect(told()).toEqual([
    [true, 1],
    [true, 2],
  ]);
  expect((await cas.ask(roomWire.join, {room: 'den'})).callPeers).toBe(2);
  expect((await ann.ask(roomWire.join, {room: 'den'})).callPeers).toBe(2);
  await bob.ask(wire.leave, {room: 'den'});
  await ann.ask(wire.leave, {room: 'den'});
  await settled();
  expect(told().slice(2)).toEqual([
    [true, 1],
    [false, 0],
  ]);
});

test('a session is in one call at a time: joining another leaves the first, and says so', async () => {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob] = [await cluster.client(a, 'ann'), await cluster.client(b, 'bob')];
  await bob.enter();
  await ann.enter();
  await ann.ask(roomWire.create, {room: 'attic'});
  await ann.ask(roomWire.join, {room: 'attic'});
  await ann.join('attic');
  await settled();
  expect(ann.events(wire.closed)).toEqual([{room: 'den', reason: 'left'}]);
  expect([...bob.view.peers.keys()]).toEqual([bob.session]);
  await expect(ann.ask(wire.sync, {room: 'den'})).rejects.toMatchObject({code: 'not_in_call'});
});
