import {call, chat, ParleyError, presence, room as rooms} from '@parley/protocol';
import {expect, test} from 'vitest';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {Room} from './room.js';

test('[ROOM1] join creates a room if asked to, also when somebody else is faster', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await expect(parley.join('lobby')).rejects.toMatchObject({code: 'unknown_room'});
  const room = await parley.join('lobby', {create: true});
  expect(room).toMatchObject({id: 'lobby', title: 'lobby', state: {status: 'joined'}});
  harness.server.on.set(rooms.create.name, () => {
    harness.server.room('garden');
    throw new ParleyError('room_exists');
  });
  await expect(parley.join('garden', {create: true})).resolves.toMatchObject({id: 'garden'});
  await parley.close();
});

test('[ROOM2] two joins of a room are one', async () => {
  const harness = new Harness();
  harness.server.room('lobby');
  const parley = harness.connect();
  const [a, b] = await Promise.all([parley.join('lobby'), parley.join('lobby')]);
  expect(a).toBe(b);
  expect(await parley.join('lobby')).toBe(a);
  expect(harness.server.asked.filter(({name}) => name === rooms.join.name)).toHaveLength(1);
  await parley.close();
});

test('[ROOM2] what was missed `since` reaches listeners that are added once the room is in hand', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  for (const text of ['one', 'two', 'three']) harness.server.say('lobby', text);
  const enter = async (): Promise<Room> => {
    const joined = await parley.join('lobby', {since: {epoch: 'e1', offset: 1}});
    return joined;
  };
  const room = await enter();
  expect(room.position).toEqual({epoch: 'e1', offset: 1});
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  await until(() => seen.length >= 2);
  expect(seen).toEqual(['two', 'three']);
  await parley.close();
});

test('[ROOM2] a room that cannot go on from `since` says so to listeners that are added once it is in hand', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  harness.server.say('lobby', 'one');
  const room = await parley.join('lobby', {since: {epoch: 'e0', offset: 7}});
  const resets: unknown[] = [];
  room.on('reset', (position) => resets.push(position));
  await until(() => resets.length > 0);
  expect(resets).toEqual([{epoch: 'e1', offset: 1}]);
  await parley.close();
});

test('[SES3] what was missed while away arrives after a resume, once and in order', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  harness.server.say('lobby', 'before');
  await until(() => seen.length === 1);
  harness.server.cut();
  harness.server.say('lobby', 'missed');
  expect(room.position).toEqual({epoch: 'e1', offset: 1});
  await until(() => seen.length === 2);
  harness.server.say('lobby', 'after');
  await until(() => seen.length === 3);
  expect(seen).toEqual(['before', 'missed', 'after']);
  expect(harness.server.handshakes.at(-1)?.auth.resume?.rooms).toEqual({lobby: ['e1', 1]});
  await parley.close();
});

test('[SES4] a room that could not be recovered says so and goes on from its head', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const resets: unknown[] = [];
  room.on('reset', (position) => resets.push(position));
  harness.server.cut();
  harness.server.room('lobby').lose();
  harness.server.say('lobby', 'first of a new log');
  await until(() => resets.length === 1);
  expect(resets).toEqual([{epoch: 'e2', offset: 1}]);
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  harness.server.say('lobby', 'second');
  await until(() => seen.length === 1);
  await parley.close();
});

test('[SES5] in a new session the rooms are joined again from where they were', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  harness.server.say('lobby', 'one');
  await until(() => seen.length === 1);
  harness.server.cut();
  harness.server.forget();
  harness.server.say('lobby', 'two');
  const members = room.members();
  await until(() => seen.length === 2);
  expect(seen).toEqual(['one', 'two']);
  expect(parley.state).toMatchObject({status: 'connected', resumed: false});
  // Asked for while the room was not back yet: it waited.
  await expect(members).resolves.toMatchObject({members: [{user: 'ada'}]});
  await parley.close();
});

test('[SES5] a room that refuses to be joined again is left, with the reason', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const left: unknown[] = [];
  room.on('left', (departure) => left.push(departure));
  harness.server.cut();
  harness.server.forget();
  harness.server.on.set(rooms.join.name, () => {
    throw new ParleyError('room_full');
  });
  await until(() => left.length === 1);
  expect(left).toEqual([{reason: 'room_full'}]);
  expect(() => room.send('anyone?')).toThrow(expect.objectContaining({code: 'room_full'}));
  await parley.close();
});

test('[SES5] a room that cannot be joined again yet is tried until it can', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  harness.server.cut();
  harness.server.forget();
  harness.server.on.set(rooms.join.name, () => {
    throw new ParleyError('unavailable', {retryAfterMs: 700});
  });
  await until(() => parley.state.status === 'connected');
  await harness.clock.turn(1_500);
  expect(room.state.status).toBe('joining');
  harness.server.on.delete(rooms.join.name);
  await harness.clock.turn(700);
  expect(room.state.status).toBe('joined');
  await parley.close();
});

test('[ROOM4] a room that is left while it waits to be joined again stays left', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  harness.server.cut();
  harness.server.forget();
  harness.server.on.set(rooms.join.name, () => {
    throw new ParleyError('unavailable', {retryAfterMs: 700});
  });
  await until(() => parley.state.status === 'connected');
  const joins = (): number => harness.server.asked.filter(({name}) => name === rooms.join.name).length;
  // Twice to begin with, because it had to be created.
  await until(() => joins() === 3);
  harness.server.on.delete(rooms.join.name);
  await room.leave();
  await harness.clock.turn(1_500);
  expect(room.state).toEqual({status: 'left', reason: 'left'});
  expect(joins()).toBe(3);
  await parley.close();
});

test('[FEED2] a reset by the server is told, and the room goes on', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const resets: unknown[] = [];
  room.on('reset', (position) => resets.push(position));
  harness.server.room('lobby').lose();
  harness.server.tell(rooms.reset.name, {room: 'lobby', epoch: 'e2', head: 0, recovered: false});
  await until(() => resets.length === 1);
  const message = new Promise((resolve) => room.on('message', resolve));
  harness.server.say('lobby', 'new log');
  await expect(message).resolves.toMatchObject({epoch: 'e2', offset: 1});
  await parley.close();
});

test('an event of a kind from the future takes its place in the order without a word', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  harness.server.append('lobby', 'chat.reaction', {emoji: '+1'});
  harness.server.say('lobby', 'next');
  await until(() => seen.length === 1);
  expect(room.position?.offset).toBe(2);
  expect(harness.server.asked.some(({name}) => name === chat.history.name)).toBe(false);
  await parley.close();
});

test('[CHAT5] history gives pages in both directions, named like the events of the room', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  for (let n = 1; n <= 5; n += 1) harness.server.say('lobby', `m${n}`);
  const texts = (page: Awaited<ReturnType<typeof room.history>>): string[] =>
    page.events.flatMap((event) => (event.event === 'message' ? event.payload.text : []));
  const newest = await room.history({limit: 2});
  expect(texts(newest)).toEqual(['m4', 'm5']);
  const older = await room.history({before: newest.first, limit: 2});
  expect([texts(older), older.more]).toEqual([['m2', 'm3'], true]);
  const newer = await room.history({after: 3});
  expect([texts(newer), newer.last, newer.more]).toEqual([['m4', 'm5'], 5, false]);
  await parley.close();
});

test('[ROOM4] leaving ends the room here, on whichever device it was done', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const lobby = await parley.join('lobby', {create: true});
  const garden = await parley.join('garden', {create: true});
  const left: string[] = [];
  lobby.on('left', () => left.push('lobby'));
  garden.on('left', () => left.push('garden'));
  await lobby.leave();
  harness.server.append('garden', rooms.member.name, {user: 'ada', name: 'ada', change: 'left', role: 'member'});
  await until(() => left.length === 2);
  expect(left).toEqual(['lobby', 'garden']);
  const again = await parley.join('lobby');
  expect(again).not.toBe(lobby);
  await parley.close();
});

test('[ROOM4] one’s own departure in a replay, followed by a return, is history', async () => {
  const harness = new Harness();
  const log = harness.server.room('lobby');
  log.append(rooms.member.name, {user: 'ada', name: 'ada', change: 'left', role: 'member'});
  log.append(rooms.member.name, {user: 'ada', name: 'ada', change: 'joined', role: 'member'});
  const parley = harness.connect();
  const room = await parley.join('lobby', {since: {epoch: 'e1', offset: 0}});
  const changes: string[] = [];
  room.on('member', ({change}) => changes.push(change));
  await settle();
  expect(room.state.status).toBe('joined');
  expect(room.position?.offset).toBe(2);
  await parley.close();
});

test('[SES2] a resumed session without a room was taken out of it meanwhile', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  await parley.request(rooms.leave, {room: 'lobby'});
  harness.server.cut();
  await until(() => room.state.status === 'left');
  await parley.close();
});

test('[PRES2] [CALL14] presence and calls of a room are told by the room', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const told: unknown[] = [];
  room.on('presence', (news) => told.push(news));
  room.on('call', (activity) => told.push(activity));
  await room.presence.follow();
  harness.server.tell(presence.members.name, {room: 'lobby', users: [{user: 'bob', status: 'online'}], at: 1});
  harness.server.tell(presence.changed.name, {room: 'lobby', users: [{user: 'bob', status: 'away'}], at: 2});
  harness.server.tell(call.status.name, {room: 'lobby', active: true, peers: 2, waiting: 0, at: 1});
  await until(() => told.length === 3);
  expect(told).toEqual([
    {mode: 'members', changed: [{user: 'bob', status: 'online'}], at: 1},
    {mode: 'members', changed: [{user: 'bob', status: 'away'}], at: 2},
    {active: true, peers: 2},
  ]);
  expect([room.presence.of('bob'), room.presence.of('eve')]).toEqual(['away', 'offline']);
  const counts = {members: 900, online: 12, away: 3, at: 3};
  harness.server.tell(presence.counts.name, {room: 'lobby', ...counts});
  await until(() => told.length === 4);
  expect(told.at(-1)).toEqual({mode: 'counts', ...counts});
  expect(room.presence.of('bob')).toBeUndefined();
  expect(room.callActivity).toEqual({active: true, peers: 2});
  await parley.close();
});
