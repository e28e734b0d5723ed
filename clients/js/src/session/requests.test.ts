import {ParleyError, room} from '@parley/protocol';
import {expect, test} from 'vitest';
import {HandTurnedClock, settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {Wire} from '../wire/wire.js';
import {Requests} from './requests.js';

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof ParleyError ? error.code : error),
  );

test('a request waits for the connection and then for its answer', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await expect(parley.request(room.create, {room: 'lobby'})).resolves.toMatchObject({room: 'lobby'});
  await expect(code(parley.request(room.create, {room: 'lobby'}))).resolves.toBe('room_exists');
  await parley.close();
});

test('without a connection a request ends as unavailable: nothing was sent', async () => {
  const harness = new Harness();
  harness.server.down = true;
  const parley = harness.connect();
  const outcome = code(parley.request(room.list, {}));
  await harness.clock.turn(10_000);
  await expect(outcome).resolves.toBe('unavailable');
  expect(harness.server.asked).toEqual([]);
  await parley.close();
});

test('when the connection breaks under a request its outcome is unknown; a repeatable one is sent again', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  let lost = 0;
  harness.server.loseAnswer = () => ++lost <= 2;
  const once = code(parley.request(room.create, {room: 'a'}));
  const again = code(parley.request(room.members, {room: 'a'}, {repeatable: true}));
  await until(() => lost === 2);
  harness.server.cut();
  await expect(once).resolves.toBe('timeout');
  await expect(again).resolves.toBe('not_joined');
  await parley.close();
});

test('requests without an answer are bounded', async () => {
  const requests = new Requests(new HandTurnedClock(), 1_000);
  const outcomes = Array.from({length: 1_001}, () => code(requests.ask(room.list, {})));
  await expect(outcomes[1_000]).resolves.toBe('overloaded');
  requests.close(new ParleyError('forbidden'));
  expect(new Set(await Promise.all(outcomes.slice(0, 1_000)))).toEqual(new Set(['forbidden']));
});

test('requests wait until the rooms are back, except for those that bring them back', async () => {
  const requests = new Requests(new HandTurnedClock(), 1_000);
  const sent: string[] = [];
  const wire: Wire = {
    send: (name, _params, answer) => {
      sent.push(name);
      answer({ok: false, error: {code: 'forbidden'}});
    },
    close: () => undefined,
  };
  const outcomes = [code(requests.ask(room.list, {})), code(requests.ask(room.join, {room: 'a'}, {early: true}))];
  requests.connected(wire);
  await settle();
  expect(sent).toEqual(['room.join']);
  requests.open(wire);
  await Promise.all(outcomes);
  expect(sent).toEqual(['room.join', 'room.list']);
});

test('an answer after the time-out has nobody to tell', async () => {
  const clock = new HandTurnedClock();
  const requests = new Requests(clock, 1_000);
  let answer: (answer: unknown) => void = () => undefined;
  const wire: Wire = {send: (_name, _params, given) => (answer = given), close: () => undefined};
  requests.connected(wire);
  requests.open(wire);
  const outcome = code(requests.ask(room.list, {}));
  await clock.turn(1_000);
  answer({ok: true, data: {rooms: []}});
  await expect(outcome).resolves.toBe('timeout');
});
