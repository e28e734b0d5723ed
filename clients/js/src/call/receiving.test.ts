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

test('[CALL24] [CALL53] a video may be pinned, seen or not, and a view have a priority; a pin outlasts the track', async () => {
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
  const next = async (): Promise<unknown> => {
    await harness.clock.turn(1_000);
    await until(() => wishes.length > 0);
    return wishes.shift();
  };
  call.setPinned('session-bob', camera, true);
  expect(await next()).toEqual({room: 'lobby', consumer, pinned: true});
  call.setView('session-bob', camera, {...size, priority: 20});
  expect(await next()).toEqual({room: 'lobby', consumer, paused: false, size, priority: 20});
  const published = [...server.offered.values()];
  for (const offer of published) server.closeConsumer(offer);
  const again = server.publish('session-bob', camera);
  expect(await next()).toMatchObject({consumer: again.consumer, size, pinned: true});
  call.setPinned('session-bob', camera, false);
  expect(await next()).toMatchObject({consumer: again.consumer, pinned: false});
  expect(wishes).toEqual([]);
  await parley.close();
});
