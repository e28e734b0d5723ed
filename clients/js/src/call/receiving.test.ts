import {call as definitions, callReceiving} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {begin} from '../../test/fakes/in-call.js';

const camera = 'camera' as const;

test('[CALL48] what is withheld is said so, when it is offered and whenever that changes', async () => {
  const {parley, harness, server, call} = await begin();
  const changes: boolean[] = [];
  call.on('trackChanged', ({withheld}) => changes.push(withheld));
  server.arrive('session-bob');
  const {consumer} = server.publish('session-bob', camera);
  // It is chosen before the browser has set it up.
  harness.server.tell(callReceiving.chosen.name, {room: 'lobby', withheld: [consumer], sent: []});
  await until(() => server.ready.size === 1);
  const track = () => call.participants.get('session-bob')?.tracks.get(camera);
  expect(track()?.withheld).toBe(true);
  harness.server.tell(callReceiving.chosen.name, {room: 'lobby', withheld: [], sent: [consumer]});
  await until(() => changes.length > 0);
  expect(changes).toEqual([false]);
  expect(track()?.withheld).toBe(false);
  await parley.close();
});

test('[CALL48] a wish of how much is to be sent is told, and again when the call was rebuilt', async () => {
  const {parley, harness, server, call} = await begin();
  const told: unknown[] = [];
  harness.server.on.set(callReceiving.receive.name, (params: unknown) => {
    told.push(params);
    return {};
  });
  call.setReception({videos: 4});
  call.setReception({voices: 2});
  await until(() => told.length === 2);
  server.lose();
  await until(() => told.length === 3);
  expect(told.at(-1)).toEqual({room: 'lobby', videos: 4, voices: 2});
  await parley.close();
});

test('[CALL24] [CALL48] a view may be pinned, and have a priority', async () => {
  const {parley, server, harness, call} = await begin();
  const wishes: unknown[] = [];
  harness.server.on.set(definitions.consumerSet.name, (params: unknown) => {
    wishes.push(params);
    return {};
  });
  server.arrive('session-bob');
  const {consumer} = server.publish('session-bob', camera);
  await until(() => server.ready.size === 1);
  const size = {width: 320, height: 180};
  call.setView('session-bob', camera, {...size, pinned: true, priority: 20});
  await until(() => wishes.length === 1);
  expect(wishes).toEqual([{room: 'lobby', consumer, paused: false, size, pinned: true, priority: 20}]);
  call.setView('session-bob', camera, size);
  await harness.clock.turn(1_000);
  await until(() => wishes.length === 2);
  expect(wishes[1]).toEqual({room: 'lobby', consumer, paused: false, size, pinned: false});
  await parley.close();
});
