import {chat, ParleyError, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../../test/hub-cluster.js';
import {overlay, withFeeds} from '../../../test/wrap-store.js';
import {settled} from '../../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

async function joined(node: number, user: string, name = 'den'): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  await client.ask(room.create.name, {room: name});
  await client.ok(room.join, {room: name});
  await settled();
  return client;
}

const memberEvents = (client: HubClient) => client.of(room.member).map(({user, change}) => `${user} ${change}`);

test('[ROOM1] room.create makes a room once, and its creator is a member', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('bob')];
  expect(await ada.ok(room.create, {room: 'den', title: 'The Den', maxMembers: 5})).toEqual({
    room: 'den',
    title: 'The Den',
    members: 1,
    maxMembers: 5,
    slowModeMs: 0,
    createdAt: cluster.clock.now(),
    access: 'open',
    joinAs: 'member',
    videoCodecs: ['VP8', 'VP9', 'H264', 'AV1'],
    joined: true,
  });
  expect(await bob.code(room.create, {room: 'den'})).toBe('room_exists');
  const {rooms} = await bob.ok(room.list, {});
  expect(rooms).toMatchObject([{room: 'den', members: 1, joined: false}]);
});

test('[ROOM2] room.join tells the room once, and subscribes from head on', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada');
  const bob = await cluster.node(1).connect('bob');
  const [first, again] = await Promise.all([bob.ok(room.join, {room: 'den'}), bob.ok(room.join, {room: 'den'})]);
  expect(first.room).toMatchObject({members: 2, joined: true});
  expect(again.head).toBeGreaterThanOrEqual(first.head);
  const phone = await cluster.node(0).connect('bob');
  await phone.ok(room.join, {room: 'den'});
  await settled();
  expect(memberEvents(ada)).toEqual(['bob joined']);
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'hi'});
  for (const each of [ada, bob, phone]) expect(each.of(chat.message)).toMatchObject([{id: 'm1'}]);
});

test('[ROOM2] room.join with since replays after the answer, or says that it cannot', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada');
  const {epoch, head} = await ada.ok(room.join, {room: 'den'});
  for (const n of [1, 2, 3]) await ada.ok(chat.send, {room: 'den', id: `m${n}`, text: 'x'});
  const bob = await cluster.node(1).connect('bob');
  const frames: unknown[] = [];
  const answer = new Promise((resolve) => {
    bob.live.receive(room.join.name, {room: 'den', since: {epoch, offset: head}}, (data) => {
      frames.push(...bob.frames.map(({name}) => name));
      resolve(data);
    });
  });
  expect(await answer).toMatchObject({ok: true, data: {recovered: true}});
  expect(frames).toEqual(['session.ready']);
  expect(bob.frames.map(({name}) => name)).toEqual([
    'session.ready',
    'chat.message',
    'chat.message',
    'chat.message',
    'room.member',
  ]);
  const other = await bob.ok(room.join, {room: 'den', since: {epoch: 'another', offset: 1}});
  expect(other).toMatchObject({recovered: false});
  await ada.ok(chat.send, {room: 'den', id: 'm4', text: 'x'});
  expect(bob.of(chat.message).map(({id}) => id)).toEqual(['m1', 'm2', 'm3', 'm4']);
});

test('[ROOM2] a joining and a leaving whose answers were lost are told once, however often they are repeated', async () => {
  let loseAnswers = false;
  const answer = async <T>(deed: Promise<T>): Promise<T> => {
    const done = await deed;
    if (loseAnswers) throw new ParleyError('timeout', {retryAfterMs: 1});
    return done;
  };
  cluster = new HubCluster(1, {
    wrapStore: (store) =>
      overlay(store, {
        rooms: overlay(store.rooms, {
          addMember: (...args) => answer(store.rooms.addMember(...args)),
          removeMember: (...args) => answer(store.rooms.removeMember(...args)),
        }),
      }),
  });
  const ada = await joined(0, 'ada');
  const bob = await cluster.node(0).connect('bob');
  for (const request of [room.join, room.leave]) {
    loseAnswers = true;
    expect(await bob.code(request, {room: 'den'})).toBe('timeout');
    loseAnswers = false;
    for (const again of [1, 2]) expect(await bob.request(request, {room: 'den'}), `${again}`).toMatchObject({ok: true});
  }
  expect(memberEvents(ada)).toEqual(['bob joined', 'bob left']);
});

test('[ROOM3] an unknown room is unknown_room, and a full one is exactly full under concurrent joins', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  expect(await ada.code(room.join, {room: 'nowhere'})).toBe('unknown_room');
  expect(await ada.code(room.leave, {room: 'nowhere'})).toBe('unknown_room');
  expect(await ada.code(room.members, {room: 'nowhere'})).toBe('unknown_room');
  await ada.ok(room.create, {room: 'den', maxMembers: 4});
  const clients = await Promise.all(Array.from({length: 10}, (_, n) => cluster.node(n % 2).connect(`user${n}`)));
  const answers = await Promise.all(clients.map((client) => client.request(room.join, {room: 'den'})));
  expect(answers.filter(({ok}) => ok)).toHaveLength(3);
  expect(new Set(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)))).toEqual(
    new Set(['ok', 'room_full']),
  );
});

test('[ROOM4] membership outlives sessions; room.leave ends it for all of the user’s sessions on all nodes', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada');
  const desk = await joined(0, 'bob');
  const phone = await joined(1, 'bob');
  const lost = await joined(1, 'bob');
  await lost.drop();
  await desk.ok(room.leave, {room: 'den'});
  await settled();
  expect(memberEvents(ada)).toEqual(['bob joined', 'bob left']);
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'gone?'});
  for (const each of [desk, phone]) {
    expect(each.of(chat.message)).toEqual([]);
    expect(await each.code(chat.send, {room: 'den', id: 'm2', text: 'x'})).toBe('not_joined');
  }
  expect((await cluster.node(0).resume('bob', lost.ready)).ready.rooms).toEqual([]);
  expect(await desk.ok(room.leave, {room: 'den'})).toEqual({});
  await desk.ok(room.join, {room: 'den'});
  expect(memberEvents(ada)).toEqual(['bob joined', 'bob left', 'bob joined']);
  await desk.drop();
  await cluster.clock.pass(130_000);
  const later = await cluster.node(1).connect('bob');
  expect((await later.ok(room.list, {})).rooms).toMatchObject([{room: 'den', joined: true}]);
});

test('[ROOM4] a room that the store has lost can be left: when somebody creates it again, nothing of it arrives', async () => {
  let isLost = false;
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        rooms: overlay(store.rooms, {
          get: async (name) => (isLost ? undefined : store.rooms.get(name)),
          member: async (name, user) => (isLost ? undefined : store.rooms.member(name, user)),
        }),
      }),
  });
  const ada = await joined(0, 'ada');
  const bob = await joined(1, 'bob');
  isLost = true;
  expect(await bob.ok(room.leave, {room: 'den'})).toEqual({});
  expect(await bob.code(room.leave, {room: 'den'})).toBe('unknown_room');
  isLost = false;
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'gone?'});
  await settled();
  expect(bob.of(chat.message)).toEqual([]);
});

test('[ROOM4] leaving while a session is on its way elsewhere: it arrives without the room', async () => {
  cluster = new HubCluster(2);
  const desk = await joined(0, 'bob');
  const phone = await joined(1, 'bob');
  await phone.drop();
  const {session, key} = phone.ready;
  const admission = await cluster.node(1).admit('bob', {resume: {session, key, rooms: {}}});
  await desk.ok(room.leave, {room: 'den'});
  const connection = cluster.node(1).broadcaster.connect();
  admission.start(connection);
  expect(connection.rooms).toEqual(new Set());
  await settled();
  expect((await cluster.node(0).store.sessions.find(session))?.rooms).toEqual([]);
});

test('[ROOM4] of joining and leaving sent at once, the last one counts', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  const bob = await cluster.node(0).connect('bob');
  await Promise.all([
    bob.ok(room.join, {room: 'den'}),
    bob.ok(room.leave, {room: 'den'}),
    bob.ok(room.join, {room: 'den'}),
  ]);
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'x'});
  expect(bob.of(chat.message)).toHaveLength(1);
  await Promise.all([bob.ok(room.join, {room: 'den'}), bob.ok(room.leave, {room: 'den'})]);
  expect(await bob.code(chat.send, {room: 'den', id: 'm2', text: 'x'})).toBe('not_joined');
  expect(memberEvents(ada).at(-1)).toBe('bob left');
});

test('[ROOM5] room.list and room.members answer page by page in a stable order', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  for (const name of ['c', 'a', 'b']) await ada.ok(room.create, {room: name});
  const first = await ada.ok(room.list, {limit: 2});
  const rest = await ada.ok(room.list, {limit: 2, cursor: first.cursor});
  expect([...first.rooms, ...rest.rooms].map((each) => each.room)).toEqual(['a', 'b', 'c']);
  expect(rest.cursor).toBeUndefined();
  for (const user of ['zoe', 'bob']) await joined(0, user, 'a');
  await ada.ok(room.join, {room: 'a'});
  const page = await ada.ok(room.members, {room: 'a', limit: 2});
  const end = await ada.ok(room.members, {room: 'a', limit: 2, cursor: page.cursor});
  expect([...page.members, ...end.members].map(({user}) => user)).toEqual(['ada', 'bob', 'zoe']);
});

test('[ROOM6] a session that has not joined is refused, and nothing of the room reaches it', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  // A member's other session is no different: membership is the user's, joining is the session's.
  const idle = await cluster.node(0).connect('ada');
  for (const ask of [
    () => idle.code(chat.send, {room: 'den', id: 'm1', text: 'x'}),
    () => idle.code(chat.history, {room: 'den'}),
    () => idle.code(chat.typing, {room: 'den', typing: true}),
    () => idle.code(room.members, {room: 'den'}),
  ]) {
    expect(await ask()).toBe('not_joined');
  }
  await ada.ok(chat.send, {room: 'den', id: 'm2', text: 'x'});
  expect(idle.frames).toHaveLength(1);
});

test('[ROOM7] a session may be in so many rooms and no more, exactly, also when asked for at once', async () => {
  cluster = new HubCluster(1, {limits: {roomsPerSession: 3}});
  const ada = await cluster.node(0).connect('ada');
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await ada.ok(room.create, {room: name});
  const answers = await Promise.all(names.map((name) => ada.request(room.join, {room: name})));
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual([
    'ok',
    'ok',
    'ok',
    'too_many_rooms',
    'too_many_rooms',
  ]);
  await ada.ok(room.join, {room: 'a'});
  await ada.ok(room.leave, {room: 'a'});
  await ada.ok(room.join, {room: 'd'});
});

test('a room stays open on a node for some seconds after its last session, so that churn costs no resubscription', async () => {
  let opened = 0;
  cluster = new HubCluster(1, {
    wrapStore: (store) =>
      withFeeds(store, (feeds) => ({
        open: (name, listener) => {
          opened += 1;
          return feeds.open(name, listener);
        },
      })),
  });
  const ada = await joined(0, 'ada');
  await ada.drop();
  await cluster.clock.pass(4_000);
  const again = await cluster.node(0).resume('ada', ada.ready);
  await cluster.clock.pass(10_000);
  expect(opened).toBe(1);
  await again.drop();
  await cluster.clock.pass(6_000);
  await cluster.node(0).resume('ada', ada.ready);
  expect(opened).toBe(2);
});
