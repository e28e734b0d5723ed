import {call as definitions} from '@parley/protocol';
import {expect, test} from 'vitest';
import {begin} from '../../test/fakes/in-call.js';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import type {RemoteTrack} from './call.js';

const small = {width: 320, height: 180};
const large = {width: 640, height: 360};

test('[CALL15] how large a video is shown is told, the newest only, and not more often than four times a second', async () => {
  const {harness, parley, server, call} = await begin();
  server.arrive('session-bob');
  const {consumer} = server.publish('session-bob', 'camera');
  await until(() => server.ready.size === 1);
  call.setView('session-bob', 'camera', small);
  call.setView('session-bob', 'camera', {width: 400, height: 225});
  call.setView('session-bob', 'camera', large);
  await until(() => server.wishes.length === 1);
  expect(server.wishes).toEqual([{consumer, paused: false, size: small}]);
  await harness.clock.turn(249);
  expect(server.wishes).toHaveLength(1);
  await harness.clock.turn(1);
  expect(server.wishes.slice(1)).toEqual([{consumer, paused: false, size: large}]);
  call.setView('session-bob', 'camera', large);
  await harness.clock.turn(1_000);
  expect(server.wishes).toHaveLength(2);
  call.setView('session-bob', 'camera', 'hidden');
  await until(() => server.wishes.length === 3);
  expect(server.wishes[2]).toEqual({consumer, paused: true, size: undefined});
  await parley.close();
});

test('[CALL15] a view holds for whatever track comes, also when the call was rebuilt', async () => {
  const {harness, parley, server, call} = await begin();
  call.setView('session-bob', 'camera', small);
  server.arrive('session-bob');
  const first = server.publish('session-bob', 'camera');
  await until(() => server.wishes.length === 1);
  expect(server.wishes[0]).toMatchObject({consumer: first.consumer, size: small});
  await harness.clock.turn(1_000);
  server.closeConsumer(first);
  const second = server.publish('session-bob', 'camera');
  await until(() => server.wishes.length === 2);
  expect(server.wishes[1]).toMatchObject({consumer: second.consumer, size: small});
  call.setView('session-bob', 'camera', undefined);
  await harness.clock.turn(1_000);
  server.closeConsumer(second);
  server.publish('session-bob', 'camera');
  await until(() => server.ready.size === 3);
  await settle();
  expect(server.wishes).toHaveLength(2);
  await parley.close();
});

test('[CALL17] a track that the path is too weak for says so, until it moves again', async () => {
  const {harness, parley, server, call} = await begin();
  server.arrive('session-bob');
  const {consumer} = server.publish('session-bob', 'camera');
  await until(() => server.ready.size === 1);
  const changes: RemoteTrack[] = [];
  call.on('trackChanged', (track) => changes.push(track));
  harness.server.tell(definitions.consumer.name, {room: 'lobby', consumer, change: 'starved'});
  await until(() => changes.length === 1);
  expect(call.participants.get('session-bob')?.tracks.get('camera')?.starved).toBe(true);
  harness.server.tell(definitions.consumer.name, {room: 'lobby', consumer, change: 'restored'});
  await until(() => changes.length === 2);
  expect(changes.map(({starved}) => starved)).toEqual([true, false]);
  await parley.close();
});
