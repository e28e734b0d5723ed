import {chat, room, type PayloadOf, type session} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {CallCluster} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const den = {room: 'den'};
let cluster: HubCluster;
beforeEach(() => {
  cluster = new HubCluster(2);
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

async function joined(node: number, user: string): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  await client.ok(room.join, den);
  await settled();
  return client;
}

const readyOf = (client: HubClient): Pick<PayloadOf<typeof session.ready>, 'resumed' | 'rooms' | 'deleted'> => {
  const {resumed, rooms, deleted} = client.ready;
  return {resumed, rooms, ...(deleted && {deleted})};
};

test('[ROOM8] who is in a room that is deleted is told so once, on all nodes, and hears nothing of it after', async () => {
  const {rooms} = cluster.node(0).hub.backstage;
  await rooms.create(den);
  const [ada, bob, eve] = [await joined(0, 'ada'), await joined(1, 'bob'), await cluster.node(1).connect('eve')];
  await rooms.delete('den');
  for (const client of [ada, bob]) {
    expect(client.of(room.removed)).toEqual([{room: 'den', reason: 'deleted'}]);
    expect(await client.code(chat.send, {...den, id: 'm1', text: 'x'})).toBe('room_deleted');
    expect(await client.code(room.join, den)).toBe('room_deleted');
  }
  await settled();
  expect(bob.frames.at(-1)?.name).toBe(room.removed.name);
  expect(eve.of(room.removed)).toEqual([]);
  expect((await eve.ok(room.list, {})).rooms).toEqual([]);
  await expect(rooms.delete('den')).rejects.toMatchObject({code: 'room_deleted'});
});

test('[ROOM8] a message that is on its way when the room is deleted is refused, or before the deletion', async () => {
  const {rooms} = cluster.node(0).hub.backstage;
  await rooms.create(den);
  const ada = await joined(1, 'ada');
  const sent = ada.request(chat.send, {...den, id: 'm1', text: 'x'});
  await rooms.delete('den');
  const answer = await sent;
  const {entries} = await cluster.node(0).store.feeds.read('den', {limit: 10});
  expect(entries.at(-1)?.name).toBe(room.deleted.name);
  expect(entries.some(({name}) => name === chat.message.name)).toBe(answer.ok);
});

test('[ROOM9] who was away is told with their resume, and of a room of the same name has nothing to go on with', async () => {
  const here = cluster.node(0);
  const {rooms} = here.hub.backstage;
  await rooms.create(den);
  const [ada, bob] = [await joined(1, 'ada'), await joined(1, 'bob')];
  const {epoch, offset} = ada.of(room.member).at(-1) ?? {epoch: '', offset: 0};
  const rest = {rooms: {den: [epoch, offset]}} satisfies Parameters<typeof here.resume>[2];
  for (const client of [ada, bob]) await client.drop();
  await rooms.delete('den');
  const back = await here.resume('ada', ada.ready, rest);
  expect(readyOf(back)).toEqual({resumed: true, rooms: [], deleted: ['den']});
  expect(await here.store.rooms.roomsOf('bob')).toEqual([]);
  await rooms.create(den);
  const again = await here.resume('bob', bob.ready, rest);
  expect(readyOf(again)).toEqual({resumed: true, rooms: []});
  expect(await again.ok(room.join, {...den, since: {epoch, offset}})).toMatchObject({recovered: false});
});

test('[ROOM12] a room that was deleted is so to whoever asks for it, until another is made', async () => {
  const {rooms, push} = withBackstage();
  await rooms.create(den);
  await rooms.delete('den');
  const eve = await cluster.node(1).connect('eve');
  for (const ask of [room.join, room.leave, room.members]) expect(await eve.code(ask, den)).toBe('room_deleted');
  const gone = {code: 'room_deleted'};
  await expect(rooms.get('den')).rejects.toMatchObject(gone);
  await expect(rooms.update('den', {title: 'Den'})).rejects.toMatchObject(gone);
  await expect(rooms.groups('den')).rejects.toMatchObject(gone);
  await expect(rooms.setMember('den', {user: 'eve'})).rejects.toMatchObject(gone);
  await expect(rooms.removeMember('den', 'eve')).rejects.toMatchObject(gone);
  await expect(push({target: den, topic: 'news', data: 1, store: true})).rejects.toMatchObject(gone);
  await eve.ok(room.create, den);
  await eve.ok(room.join, den);
  expect(await rooms.get('den')).toMatchObject({members: 1});
});

test('[ROOM12] a private room that was deleted is so to who was in it or has a grant for it, and unknown to others', async () => {
  const {rooms} = withBackstage();
  await rooms.create({...den, access: 'private'});
  await rooms.setMember('den', {user: 'ada'});
  const ada = await joined(0, 'ada');
  const {epoch, head: offset} = await ada.ok(room.join, den);
  await rooms.delete('den');
  const [back, eve] = [await cluster.node(1).connect('ada'), await cluster.node(1).connect('eve')];
  expect(await back.code(room.join, {...den, since: {epoch, offset}})).toBe('room_deleted');
  for (const ask of [room.join, room.leave, room.members]) expect(await eve.code(ask, den)).toBe('unknown_room');
  expect(await eve.code(room.join, {...den, since: {epoch: 'a guess', offset}})).toBe('unknown_room');
  const grants = [{rooms: ['de*']}];
  const guest = await cluster.node(1).connect({user: 'bob', name: 'Bob', grants});
  for (const ask of [room.join, room.members]) expect(await guest.code(ask, den)).toBe('room_deleted');
});

test('[ROOM10] the node that deletes a room dies half way: its last event puts all sessions out, and a repetition does the rest', async () => {
  const [here, there] = [cluster.node(0), cluster.node(1)];
  await there.hub.backstage.rooms.create(den);
  const bob = await joined(1, 'bob');
  const push = {target: den, topic: 'later', data: 1, store: false, delayMs: 60_000};
  const {id} = await there.hub.backstage.push(push);
  // All that the node lives to do.
  await here.store.rooms.delete('den', {name: room.deleted.name, data: {}});
  cluster.kill(here);
  await settled();
  expect(bob.of(room.deleted)).toMatchObject([{room: 'den'}]);
  expect(bob.of(room.removed)).toEqual([{room: 'den', reason: 'deleted'}]);
  expect(await there.hub.backstage.scheduled.get(id)).toMatchObject({fate: {state: 'waiting'}});
  const repeated = expect(there.hub.backstage.rooms.delete('den')).rejects.toMatchObject({code: 'room_deleted'});
  await cluster.clock.pass(10_000);
  await repeated;
  expect(await there.hub.backstage.scheduled.get(id)).toMatchObject({fate: {state: 'cancelled'}});
});

test('[ROOM8] what is scheduled into the room is called off, and into others is not', async () => {
  const {rooms, push, scheduled} = withBackstage();
  for (const name of ['den', 'attic']) await rooms.create({room: name});
  const later = {topic: 'later', data: 1, store: false, delayMs: 60_000};
  const ids: string[] = [];
  for (const target of [den, {room: 'attic'}, {user: 'den'}]) ids.push((await push({...later, target})).id);
  await rooms.delete('den');
  const fates = await Promise.all(ids.map(async (id) => (await scheduled.get(id)).fate.state));
  expect(fates).toEqual(['cancelled', 'waiting', 'waiting']);
});

test('[ROOM8] a room’s call ends with it, wherever it runs', async () => {
  const calls = new CallCluster();
  const [here, there] = [calls.node('a'), calls.node('b')];
  const ann = await calls.client(there, 'ann');
  await ann.join();
  expect(await here.hub.backstage.calls.list({limit: 9})).toMatchObject({calls: [{room: 'den', node: 'b'}]});
  await here.hub.backstage.rooms.delete('den');
  await settled();
  expect(await here.hub.backstage.calls.list({limit: 9})).toEqual({calls: [], more: false, missing: []});
  await calls.close();
  expect(calls.defects).toEqual([]);
});

function withBackstage(): Pick<HubCluster['nodes'][number]['hub']['backstage'], 'rooms' | 'push' | 'scheduled'> {
  const {backstage} = cluster.node(0).hub;
  return {rooms: backstage.rooms, push: (request) => backstage.push(request), scheduled: backstage.scheduled};
}
