import {call as wire, people, room as roomWire} from '@parley/protocol';
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
  expect(cluster.nodes.map(({media}) => media.objects + media.rooms.size)).toEqual(cluster.nodes.map(() => 0));
});

/** The owner of the room and two who are not, on two nodes. */
async function three(): Promise<{ann: CallClient; bob: CallClient; cas: CallClient}> {
  const [a, b] = [cluster.node('a'), cluster.node('b')];
  return {
    ann: await cluster.client(a, 'ann'),
    bob: await cluster.client(b, 'bob'),
    cas: await cluster.client(a, 'cas'),
  };
}

const refused = (code: string): object => ({code});

test('[PEER1] who comes to a lobby waits until they are let in, and those who may let in are told', async () => {
  const {ann, bob, cas} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  await expect(bob.join()).rejects.toMatchObject(refused('call_lobby'));
  expect(await bob.ask(people.knock, {room})).toEqual({admitted: false});
  expect(await bob.ask(people.knock, {room})).toEqual({admitted: false});
  await settled();
  const waiting = {room, session: bob.session, user: 'bob', name: 'bob', since: cluster.clock.now()};
  expect(ann.events(people.waiting)).toEqual([{...waiting, change: 'waiting'}]);
  expect((await ann.ask(people.get, {room})).waiting).toHaveLength(1);
  expect((await cas.ask(people.get, {room})).waiting).toEqual([]);
  await ann.ask(people.admit, {room, sessions: [bob.session]});
  await settled();
  expect(bob.events(people.admitted)).toEqual([{room}]);
  expect(ann.events(people.waiting).at(-1)).toEqual({...waiting, change: 'gone'});
  expect((await bob.join()).lobby).toBe(true);
  // Who was let in may come back as another session.
  const again = await cluster.client(cluster.nodes[0]!, 'bob');
  await again.join();
  await expect(cas.join()).rejects.toMatchObject(refused('call_lobby'));
});

test('[PEER1] all who wait are let in at once, and likewise when the lobby is closed', async () => {
  const {ann, bob, cas} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  for (const client of [bob, cas]) await client.ask(people.knock, {room});
  await ann.ask(people.admit, {room, sessions: 'all'});
  await settled();
  for (const client of [bob, cas]) expect(client.events(people.admitted)).toHaveLength(1);
  const dan = await cluster.client(cluster.nodes[1]!, 'dan');
  await dan.ask(people.knock, {room});
  await ann.ask(people.lobby, {room, enabled: false});
  await settled();
  expect(dan.events(people.admitted)).toHaveLength(1);
  await dan.join();
  expect(ann.events(people.settings).at(-1)).toMatchObject({lobby: false, locked: false});
});

test('[PEER1] the members are told how many wait, also before anybody is in the call', async () => {
  const {ann, bob} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await bob.ask(people.knock, {room});
  await settled();
  const told = cluster.nodes[0]!.broadcaster.published.filter(({name}) => name === wire.status.name);
  expect(told.at(-1)?.payload).toMatchObject({active: false, peers: 0, waiting: 1});
  await ann.join();
  await ann.ask(people.admit, {room, sessions: 'all'});
  await bob.join();
});

test('[PEER2] who is sent away is told so, and may not knock again for a minute', async () => {
  const {ann, bob} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  await bob.ask(people.knock, {room});
  await ann.ask(people.deny, {room, sessions: [bob.session]});
  await settled();
  expect(bob.events(wire.closed)).toEqual([{room, reason: 'denied'}]);
  const denied = {code: 'call_denied', retryAfterMs: 60_000};
  await expect(bob.ask(people.knock, {room})).rejects.toMatchObject(denied);
  await expect(bob.join()).rejects.toMatchObject(refused('call_denied'));
  await cluster.clock.pass(60_000);
  expect(await bob.ask(people.knock, {room})).toEqual({admitted: false});
});

test('[PEER3] nobody new comes into a locked call, but who was in it comes back, until it ends', async () => {
  const {ann, bob, cas} = await three();
  await ann.join();
  await bob.join();
  await ann.ask(people.lock, {room, locked: true});
  await settled();
  expect(bob.events(people.settings).at(-1)).toMatchObject({locked: true});
  await expect(cas.join()).rejects.toMatchObject(refused('call_locked'));
  await expect(cas.ask(people.knock, {room})).rejects.toMatchObject(refused('call_locked'));
  await bob.ask(wire.leave, {room});
  await bob.join();
  await ann.ask(wire.leave, {room});
  expect((await ann.join()).locked).toBe(true);
  await ann.ask(people.lock, {room, locked: false});
  await cas.join();
  await ann.ask(people.lock, {room, locked: true});
  for (const client of [ann, bob, cas]) await client.ask(wire.leave, {room});
  expect((await cas.join()).locked).toBe(false);
});

test('[PEER12] the lobby outlasts the call, and may be opened while there is none', async () => {
  const {ann, bob} = await three();
  await bob.join();
  await ann.ask(people.lobby, {room, enabled: true});
  await settled();
  expect(bob.events(people.settings)).toMatchObject([{lobby: true}]);
  await bob.ask(wire.leave, {room});
  await settled();
  expect(await ann.ask(people.get, {room})).toMatchObject({active: false, lobby: true, locked: false, peers: []});
  await expect(bob.join()).rejects.toMatchObject(refused('call_lobby'));
});

test('[PEER15] who waits goes on waiting over a resume on another node, and is let in there', async () => {
  const {ann, bob} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  await bob.ask(people.knock, {room});
  bob.drop();
  await settled();
  await bob.connect(cluster.nodes[0]!);
  await settled();
  expect(await bob.ask(people.knock, {room})).toEqual({admitted: false});
  expect((await ann.ask(people.get, {room})).waiting).toHaveLength(1);
  await ann.ask(people.admit, {room, sessions: 'all'});
  await settled();
  expect(bob.events(people.admitted)).toHaveLength(1);
});

test('[PEER15] who leaves the call or the room, or does not come back, waits no longer', async () => {
  const {ann, bob, cas} = await three();
  const dan = await cluster.client(cluster.nodes[1]!, 'dan');
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  for (const client of [bob, cas, dan]) await client.ask(people.knock, {room});
  await bob.ask(wire.leave, {room});
  await cas.ask(roomWire.leave, {room});
  dan.drop();
  await settled();
  expect((await ann.ask(people.get, {room})).waiting.map(({user}) => user)).toEqual(['dan']);
  for (let turn = 0; turn < 80; turn += 1) await cluster.clock.pass(2_000);
  expect((await ann.ask(people.get, {room})).waiting).toEqual([]);
});

test('[PEER1] as many wait as a moderator can look through, and one more is refused', async () => {
  cluster = new CallCluster({membersPerRoom: 1_000});
  const {ann, bob} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await ann.join();
  const node = cluster.nodes[1]!;
  const clients = await Promise.all(Array.from({length: 500}, (_, n) => cluster.client(node, `user${n}`)));
  await Promise.all(clients.map((client) => client.ask(people.knock, {room})));
  await expect(bob.ask(people.knock, {room})).rejects.toMatchObject(refused('call_full'));
  expect((await ann.ask(people.get, {room})).waiting).toHaveLength(500);
});

test('[PEER1] who may let others in is told who waits when they join, and when they come back', async () => {
  const {ann, bob} = await three();
  await ann.ask(people.lobby, {room, enabled: true});
  await bob.ask(people.knock, {room});
  await ann.join();
  await settled();
  expect(ann.events(people.waiting)).toMatchObject([{user: 'bob', change: 'waiting'}]);
  ann.drop();
  await settled();
  await ann.connect(cluster.nodes[1]!);
  await ann.ask(wire.sync, {room});
  await settled();
  expect(ann.events(people.waiting)).toHaveLength(2);
});
