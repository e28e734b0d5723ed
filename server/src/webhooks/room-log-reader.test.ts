import {deletedLogKeptMs} from '@parley/signaling';
import {createMemoryWorld} from '@parley/signaling/memory';
import {HandClock, storeOptions} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import type {CloudEvent} from './cloud-event.js';
import {RoomLogReader} from './room-log-reader.js';

function setUp(events = 1_000) {
  const clock = new HandClock();
  const world = createMemoryWorld({clock});
  const options = storeOptions('a-1');
  const store = world.node({...options, log: {...options.log, events}});
  const told: CloudEvent[] = [];
  const reader = new RoomLogReader({
    queue: 'archive',
    feeds: store.feeds,
    outbox: store.outbox,
    clock,
    wants: (name) => name === 'chat.message' || name === 'room.deleted',
    deliver: (event) => {
      told.push(event);
      return Promise.resolve();
    },
  });
  const say = async (count: number, name = 'chat.message'): Promise<void> => {
    for (let index = 0; index < count; index += 1) await store.feeds.append('den', {name, data: {n: index}});
  };
  const offsets = (): unknown[] => told.map(({type, data}) => [type, (data as Record<string, unknown>)['offset']]);
  return {clock, world, store, reader, told, say, offsets};
}

test('[HOOK3] a log is told once and in order, however often it is looked at, over more than a page', async () => {
  const {clock, reader, told, say} = setUp();
  await say(250);
  await reader.catchUp('den', clock.now());
  await reader.catchUp('den', clock.now());
  await say(3);
  await reader.catchUp('den', undefined);
  // The first look at a room goes back a page at most.
  expect(told.map(({data}) => (data as {offset: number}).offset)).toEqual(
    Array.from({length: 103}, (_, index) => 151 + index),
  );
});

test('[HOOK3] where a receiver has never been only what was marked is told: nothing older, and nothing without a mark', async () => {
  const {clock, reader, say, offsets} = setUp();
  await say(3);
  await reader.catchUp('den', undefined);
  clock.advance(60_000);
  await say(2);
  await reader.catchUp('den', clock.now());
  expect(offsets()).toEqual([
    ['parley.chat.message', 4],
    ['parley.chat.message', 5],
  ]);
});

test('[HOOK6] what the log no longer has is told as a gap, and so is a log that was lost', async () => {
  const {clock, world, reader, told, say} = setUp(10);
  await say(1);
  await reader.catchUp('den', clock.now());
  await say(30);
  await reader.catchUp('den', clock.now());
  expect(told[1]).toMatchObject({type: 'parley.room.gap', subject: 'room/den', data: {room: 'den', before: 22}});
  expect(told.slice(2).map(({data}) => (data as {offset: number}).offset)).toEqual(
    Array.from({length: 10}, (_, index) => 22 + index),
  );
  world.loseLogs();
  await say(2);
  await reader.catchUp('den', clock.now());
  expect(told.slice(12).map(({type}) => type)).toEqual([
    'parley.room.gap',
    'parley.chat.message',
    'parley.chat.message',
  ]);
  expect(told[12]).toMatchObject({data: {before: 1}});
});

test('[HOOK3] events that the receiver does not listen to are passed over', async () => {
  const {clock, reader, say, offsets} = setUp();
  await say(1);
  await say(3, 'room.updated');
  await say(1);
  await reader.catchUp('den', clock.now());
  expect(offsets()).toEqual([
    ['parley.chat.message', 1],
    ['parley.chat.message', 5],
  ]);
});

const deleted = {name: 'room.deleted', data: {}};
const den = {room: 'den', title: 'Den', maxMembers: 5};

test('[ROOM11] a room’s deletion is told last, and of another room of the name nothing is missing', async () => {
  const {clock, store, reader, say, offsets, told} = setUp();
  await store.rooms.create(den);
  await say(1);
  await store.rooms.delete('den', deleted);
  for (let look = 0; look < 3; look += 1) await reader.catchUp('den', clock.now());
  await store.rooms.create(den);
  await say(1);
  await store.rooms.delete('den', deleted);
  for (let look = 0; look < 3; look += 1) await reader.catchUp('den', clock.now());
  expect(offsets()).toEqual([
    ['parley.chat.message', 1],
    ['parley.room.deleted', 2],
    ['parley.chat.message', 3],
    ['parley.room.deleted', 4],
  ]);
  expect(new Set(told.map(({id}) => id)).size).toBe(4);
});

test('[ROOM11] who was behind for longer than the log of a deleted room is kept is told of the gap and of the deletion', async () => {
  const {clock, store, reader, say, told} = setUp();
  await store.rooms.create(den);
  await say(1);
  await reader.catchUp('den', clock.now());
  await say(2);
  await store.rooms.delete('den', deleted);
  const {epoch, deletedAt} = await store.feeds.read('den', {limit: 1});
  await clock.pass(deletedLogKeptMs + 60_000);
  for (let look = 0; look < 3; look += 1) await reader.catchUp('den', clock.now());
  expect(told.slice(1)).toMatchObject([
    {type: 'parley.room.gap', data: {room: 'den', epoch, before: 5}},
    {type: 'parley.room.deleted', id: `den/${epoch}/4`, data: {room: 'den', epoch, offset: 4, at: deletedAt}},
  ]);
  await store.close();
});
