import {chat, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

test('[SES1] the first event on every connection is session.ready, also where room traffic is heavy', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  const admission = await cluster.node(0).admit('bob');
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'hi'});
  const connection = cluster.node(0).broadcaster.connect();
  admission.start(connection);
  expect(connection.frames.map(({name}) => name)).toEqual(['session.ready']);
  const [ready] = connection.of(session.ready);
  expect(ready).toMatchObject({resumed: false, rooms: [], node: 'node-1', user: 'bob', name: 'BOB'});
  expect(ready?.calls).toEqual({available: false, reason: 'There is no media worker here.'});
});

test('[SES2] a session resumes on another node: same session, same rooms, until its window is over', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada', {device: 'phone'});
  await ada.ok(room.create, {room: 'den'});
  const {epoch, head} = await ada.ok(room.join, {room: 'den'});
  await ada.drop();
  await cluster.clock.pass(119_000);
  const again = await cluster.node(1).resume('ada', ada.ready, {rooms: {den: [epoch, head]}});
  expect(again.ready).toMatchObject({session: ada.ready.session, resumed: true, node: 'node-2'});
  expect(again.ready.rooms).toMatchObject([{room: 'den', epoch, head, recovered: true}]);
  await again.ok(chat.send, {room: 'den', id: 'm1', text: 'still here'});
  expect(again.of(chat.message)).toHaveLength(1);
  await again.drop();
  await cluster.clock.pass(121_000);
  expect((await cluster.node(0).resume('ada', ada.ready)).ready.resumed).toBe(false);
});

test('[SES3] what was missed is replayed in order after session.ready and before anything newer', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  const {epoch, head} = await bob.ok(room.join, {room: 'den'});
  await settled();
  await bob.drop();
  for (const n of [1, 2, 3]) await ada.ok(chat.send, {room: 'den', id: `m${n}`, text: `${n}`});
  const admission = await cluster.node(0).admit('bob', {resume: {...key(bob.ready), rooms: {den: [epoch, head]}}});
  await ada.ok(chat.send, {room: 'den', id: 'm4', text: 'between admitting and starting'});
  const connection = cluster.node(0).broadcaster.connect();
  admission.start(connection);
  await ada.ok(chat.send, {room: 'den', id: 'm5', text: 'live'});
  expect(connection.frames.map(({name}) => name)).toEqual([
    'session.ready',
    ...Array.from({length: 5}, () => 'chat.message'),
  ]);
  expect(connection.of(chat.message).map(({offset}) => offset - head)).toEqual([1, 2, 3, 4, 5]);
});

test('[SES3] a room without a given position continues from its head', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  await ada.drop();
  const again = await cluster.node(0).resume('ada', key(ada.ready));
  expect(again.ready.rooms).toMatchObject([{room: 'den', recovered: false}]);
  await again.ok(chat.send, {room: 'den', id: 'm1', text: 'hi'});
  expect(again.frames.map(({name}) => name)).toEqual(['session.ready', 'chat.message']);
});

test('[SES4] more missed than may be replayed, another epoch or a position beyond the log: nothing is replayed', async () => {
  cluster = new HubCluster(2, {limits: {replayEvents: 5}});
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  const {epoch, head} = await bob.ok(room.join, {room: 'den'});
  const at = (offset: number, inEpoch = epoch): {rooms: Record<string, [string, number]>} => ({
    rooms: {den: [inEpoch, offset]},
  });
  await bob.drop();
  for (let n = 1; n <= 6; n += 1) await ada.ok(chat.send, {room: 'den', id: `m${n}`, text: 'x'});

  const tooMuch = await cluster.node(0).resume('bob', bob.ready, at(head));
  expect(tooMuch.ready.rooms).toMatchObject([{recovered: false, head: head + 6}]);
  expect(tooMuch.frames).toHaveLength(1);
  const justEnough = await cluster.node(1).resume('bob', bob.ready, at(head + 1));
  expect(justEnough.ready.rooms).toMatchObject([{recovered: true, head: head + 6}]);
  expect(justEnough.of(chat.message)).toHaveLength(5);
  const otherLog = await cluster.node(1).resume('bob', bob.ready, at(head + 6, 'another'));
  expect(otherLog.ready.rooms).toMatchObject([{recovered: false, epoch}]);
  const future = await cluster.node(1).resume('bob', bob.ready, at(head + 7));
  expect(future.ready.rooms).toMatchObject([{recovered: false, head: head + 6}]);
  expect(future.frames).toHaveLength(1);
});

test('[SES4] a log that no longer reaches back is not replayed in part', async () => {
  cluster = new HubCluster(2, {store: {log: {events: 5, bytes: 1e6, ageMs: 1e9}}});
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  const {epoch, head} = await bob.ok(room.join, {room: 'den'});
  await bob.drop();
  // The node that bob comes back to has not followed the room meanwhile: it knows no more than the log.
  await cluster.clock.pass(10_000);
  for (let n = 1; n <= 6; n += 1) await ada.ok(chat.send, {room: 'den', id: `m${n}`, text: 'x'});
  const trimmed = await cluster.node(1).resume('bob', bob.ready, {rooms: {den: [epoch, head]}});
  expect(trimmed.ready.rooms).toMatchObject([{recovered: false, head: head + 6}]);
  expect(trimmed.frames).toHaveLength(1);
  await trimmed.drop();
  const whole = await cluster.node(1).resume('bob', bob.ready, {rooms: {den: [epoch, head + 1]}});
  expect(whole.ready.rooms).toMatchObject([{recovered: true}]);
  expect(whole.of(chat.message)).toHaveLength(5);
});

test('[SES5] unknown session, wrong key, another user’s token: a new session, and nothing disclosed', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  await ada.ok(room.join, {room: 'den'});
  for (const [user, resume] of [
    ['ada', {session: 's_unknown-session', key: ada.ready.key}],
    ['ada', {session: ada.ready.session, key: 'x'.repeat(43)}],
    ['eve', key(ada.ready)],
  ] as const) {
    const other = await cluster.node(0).resume(user, resume);
    expect(other.ready).toMatchObject({resumed: false, rooms: [], user});
    expect(other.ready.session).not.toBe(ada.ready.session);
    expect(other.ready.key).not.toBe(ada.ready.key);
  }
  expect(ada.connection.open).toBe(true);
});

test('[SES6] resuming a connected session closes the older connection with replaced, on this node and on another', async () => {
  cluster = new HubCluster(2);
  const first = await cluster.node(0).connect('ada');
  const second = await cluster.node(1).resume('ada', first.ready, {attempt: 1});
  await settled();
  expect(first.connection.closed?.reason).toBe('replaced');
  first.live.dropped();
  await settled();
  const third = await cluster.node(1).resume('ada', first.ready, {attempt: 2});
  expect(second.connection.closed?.reason).toBe('replaced');
  second.live.dropped();
  await settled();
  expect(await third.ok(session.list, {})).toMatchObject({sessions: [{state: 'connected', node: 'node-2'}]});
});

test('[SES6] a late connect of an older attempt begins a new session and evicts nothing', async () => {
  cluster = new HubCluster(2);
  const first = await cluster.node(0).connect('ada', {attempt: 1});
  const second = await cluster.node(1).resume('ada', first.ready, {attempt: 3});
  await settled();
  const late = await cluster.node(0).resume('ada', first.ready, {attempt: 2});
  await settled();
  expect(late.ready.resumed).toBe(false);
  expect(second.connection.open).toBe(true);
});

test('[SES6] of two connections under way at once, the one that had the session first is closed when it starts', async () => {
  cluster = new HubCluster(2);
  const first = await cluster.node(0).connect('ada');
  await first.drop();
  const resume = {...key(first.ready), rooms: {}};
  const older = await cluster.node(0).admit('ada', {resume, attempt: 1});
  const newer = await cluster.node(1).admit('ada', {resume, attempt: 2});
  await settled();
  const connections = [cluster.node(0).broadcaster.connect(), cluster.node(1).broadcaster.connect()] as const;
  newer.start(connections[1]);
  older.start(connections[0]);
  expect(connections[0].frames).toEqual([]);
  expect(connections[0].closed?.reason).toBe('replaced');
  expect(connections[1].open).toBe(true);
  await settled();
  expect((await cluster.node(0).store.sessions.find(first.ready.session))?.state).toBe('connected');
});

test('[SES7] a session whose node was killed resumes elsewhere at once', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.ok(room.create, {room: 'den'});
  const {epoch, head} = await ada.ok(room.join, {room: 'den'});
  cluster.world.kill('node-1');
  const again = await cluster.node(1).resume('ada', ada.ready, {rooms: {den: [epoch, head]}});
  expect(again.ready).toMatchObject({resumed: true, rooms: [{room: 'den', recovered: true}]});
});

test('[SES8] a session that is not resumed in time is ended, whether its connection or its node was lost', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(0).connect('bob')];
  await ada.drop();
  cluster.world.kill('node-1');
  await cluster.clock.pass(121_000);
  expect(await cluster.node(1).store.sessions.find(ada.ready.session)).toBeUndefined();
  expect(await cluster.node(1).store.sessions.find(bob.ready.session)).toMatchObject({state: 'away'});
  await cluster.clock.pass(10_000);
  expect(await cluster.node(1).store.sessions.find(bob.ready.session)).toBeUndefined();
  expect(cluster.node(1).observed.filter((what) => what === 'closed expired')).toHaveLength(2);
});

test('[SES10] session.end is answered, then the connection is closed, and the session cannot be resumed', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  expect(await ada.ok(session.end, {})).toEqual({});
  expect(ada.connection.closed?.reason).toBe('ended');
  expect((await cluster.node(1).resume('ada', ada.ready)).ready.resumed).toBe(false);
});

test('[SES11] session.list names all sessions of the user, on all nodes, with their state', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada', {device: 'desk'});
  const phone = await cluster.node(1).connect('ada', {device: 'phone'});
  await cluster.node(0).connect('bob');
  await phone.drop();
  const {sessions} = await ada.ok(session.list, {});
  expect(sessions.map(({device, node, state}) => [device, node, state]).sort()).toEqual([
    ['desk', 'node-1', 'connected'],
    ['phone', 'node-2', 'away'],
  ]);
});

test('an admission that never comes about leaves no session behind, or an away one that can be resumed', async () => {
  cluster = new HubCluster(1);
  const fresh = await cluster.node(0).admit('ada');
  fresh.abandon();
  fresh.abandon();
  await settled();
  expect(await cluster.node(0).store.sessions.ofUser('ada')).toEqual([]);
  const bob = await cluster.node(0).connect('bob');
  await bob.drop();
  const back = await cluster.node(0).admit('bob', {resume: {...key(bob.ready), rooms: {}}});
  back.abandon();
  await settled();
  expect(await cluster.node(0).store.sessions.ofUser('bob')).toMatchObject([{state: 'away'}]);
  expect((await cluster.node(0).resume('bob', bob.ready)).ready.resumed).toBe(true);
});

const key = ({session: id, key: secret}: {session: string; key: string}) => ({session: id, key: secret});
