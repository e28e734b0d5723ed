import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallNode} from '../testing/call-cluster.js';
import {someRtpParameters} from '../testing/some-parameters.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let node: CallNode;
beforeEach(() => {
  cluster = new CallCluster();
  node = cluster.node('a');
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(node.media.objects + node.media.rooms.size).toBe(0);
});

/** Holds everything that the engine is asked for, until the returned function is called. */
function holdMedia(): () => void {
  let open = (): void => undefined;
  node.media.gate = new Promise((resolve) => (open = resolve));
  return () => {
    node.media.gate = Promise.resolve();
    open();
  };
}

test('[CALL2] on the only node too, several who begin a call at the same moment begin one', async () => {
  const clients = await Promise.all(['ann', 'bob', 'cas', 'dan'].map((user) => cluster.client(node, user)));
  const {leases} = node.store;
  const acquire = leases.acquire.bind(leases);
  let grant = (): void => undefined;
  const held = new Promise<void>((resolve) => (grant = resolve));
  // Until then nobody sees that somebody has it.
  leases.acquire = (name) => held.then(() => acquire(name));
  const joining = Promise.all(clients.map((client) => client.join()));
  await settled();
  grant();
  await joining;
  expect(node.media.rooms.size).toBe(1);
  expect((await clients[0]!.ask(wire.sync, {room: 'den'})).peers).toHaveLength(4);
});

test('[CALL1] while all workers are being restarted the refusal says to try again', async () => {
  const ann = await cluster.client(node, 'ann');
  node.media.available = false;
  node.media.unavailableReason = 'Calls are off for a moment.';
  const refusal = {code: 'unavailable', retryable: true, message: 'Calls are off for a moment.'};
  await expect(ann.ask(wire.prepare, {room: 'den'})).rejects.toMatchObject(refusal);
  await expect(ann.join()).rejects.toMatchObject(refusal);
  node.media.available = true;
  expect((await ann.join()).peers).toHaveLength(1);
});

test('[CALL5] what is offered again by a sync may be confirmed for 30 s from then on', async () => {
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(node, 'bob')];
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send);
  await offered(cluster);
  await cluster.clock.pass(29_000);
  const {consumers} = await bob.ask(wire.sync, {room: 'den'});
  expect(consumers).toMatchObject([{ready: false}]);
  await cluster.clock.pass(29_000);
  expect(bob.events(wire.consumersClosed)).toEqual([]);
  await bob.confirm();
  await cluster.clock.pass(60_000);
  expect(bob.events(wire.consumersClosed)).toEqual([]);
});

test('[CALL13] a request that was waiting for media when the call ended is refused with not_in_call', async () => {
  const ann = await cluster.client(node, 'ann');
  await ann.join();
  const release = holdMedia();
  const waiting = ann.ask(wire.transportCreate, {room: 'den', id: 'send', direction: 'send'});
  const refused = expect(waiting).rejects.toMatchObject({code: 'not_in_call'});
  await settled();
  node.media.kill();
  release();
  await refused;
});

test('[CALL10] what the directory said of an earlier stay does not end a later one', async () => {
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(node, 'bob')];
  await bob.join();
  await ann.join();
  const {find} = node.store.sessions;
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  node.store.sessions.find = async (session) => {
    const record = await find.call(node.store.sessions, session);
    await held;
    return record && {...record, call: 'another'};
  };
  await cluster.clock.pass(15_000);
  node.store.sessions.find = find;
  await Promise.all([ann.ask(wire.leave, {room: 'den'}).then(() => ann.join()), bob.join()]);
  answer();
  await settled();
  expect([...ann.view.peers.keys()].sort()).toEqual([ann.session, bob.session].sort());
  expect(ann.events(wire.closed)).toEqual([]);
});

test('[CALL12] RTP parameters that would fill everybody’s connections are refused', async () => {
  const ann = await cluster.client(node, 'ann');
  const {send} = await ann.enter();
  const [codec] = someRtpParameters.codecs;
  const long = Object.fromEntries(Array.from({length: 32}, (_, n) => [`key${n}`, 'x'.repeat(256)]));
  const rtpParameters = {...someRtpParameters, codecs: [{...codec!, parameters: long}]};
  const produce = {
    room: 'den',
    id: 'mic',
    transport: send,
    kind: 'audio',
    source: 'microphone',
    rtpParameters,
  } as const;
  await expect(ann.ask(wire.produce, produce)).rejects.toMatchObject({code: 'invalid_payload', field: 'rtpParameters'});
});

test('[CALL8] a join whose connection goes before it is asked for does not speak for the session that resumed elsewhere', async () => {
  const other = cluster.node('b');
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(other, 'bob')];
  await ann.join();
  const {sessions} = other.store;
  const setCall = sessions.setCall.bind(sessions);
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  sessions.setCall = async (session, room) => {
    await setCall(session, room);
    await held;
  };
  void bob.join().catch(() => undefined);
  await settled();
  bob.drop();
  await bob.connect(node);
  await bob.join();
  answer();
  await cluster.clock.pass(40_000);
  expect([...ann.view.peers.keys()].sort()).toEqual([ann.session, bob.session].sort());
  expect(bob.events(wire.closed)).toEqual([]);
  expect((await bob.ask(wire.sync, {room: 'den'})).peers).toHaveLength(2);
});

test('[CALL8] a resumed session that joins while it is being looked for is in the call, and is told what follows', async () => {
  const [ann, bob] = [await cluster.client(node, 'ann'), await cluster.client(node, 'bob')];
  await ann.join();
  await bob.join();
  bob.drop();
  await bob.connect(node);
  await bob.ask(wire.leave, {room: 'den'});
  await node.store.sessions.setCall(bob.session, 'den');
  // By its record it is in the call, by the call it is not.
  bob.drop();
  const joining = bob.connect(node).then(() => bob.join());
  await joining;
  const cas = await cluster.client(node, 'cas');
  await cas.join();
  await cluster.clock.pass(30_000);
  expect(bob.view.ended).toBeUndefined();
  expect([...bob.view.peers.keys()].sort()).toEqual([ann, bob, cas].map(({session}) => session).sort());
});
