import {ParleyError, type ErrorCode} from '@parley/protocol';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import type {Fields} from './door.js';
import {openHouse, type OpenHouse} from './open-house.js';

let house: OpenHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => {
  house.backstage.asked.length = 0;
  house.backstage.failure = undefined;
});

/** What every door tells, and asks the house for; both must not depend on the door. */
async function watchAll(fields: Fields, key?: string): Promise<{told: Fields[]; over: unknown}> {
  const all = [];
  for (const door of house.doors) {
    house.backstage.asked.length = 0;
    const watch = door.watch(fields, key);
    const over = await watch.over;
    all.push({told: watch.told, over, asked: [...house.backstage.asked]});
  }
  const [first] = all;
  for (const [n, one] of all.entries()) expect(one, house.doors[n]?.name).toEqual(first);
  return {told: first?.told ?? [], over: first?.over};
}

test('[OPS30] a watch asks for the same and tells the same, whatever the door', async () => {
  const {told, over} = await watchAll({
    kinds: ['calls', 'presence'],
    rooms: ['den', 'team-*'],
    users: ['ana'],
    position: 'w-1-7',
    heartbeatMs: 2_000,
  });
  expect(over).toBeUndefined();
  expect(told.map(({event}) => event)).toEqual([
    'snapshot',
    'ready',
    'presence',
    'session',
    'call',
    'peer',
    'heartbeat',
  ]);
  expect(house.backstage.asked).toEqual([
    [
      'watch',
      {
        selection: {kinds: ['calls', 'presence'], rooms: ['den', 'team-*'], users: ['ana']},
        heartbeatMs: 2_000,
        position: 'w-1-7',
      },
    ],
  ]);
});

test('[OPS30] a watch without fields is about everything', async () => {
  await watchAll({});
  expect(house.backstage.asked).toEqual([
    ['watch', {selection: {kinds: ['presence', 'sessions', 'calls']}, heartbeatMs: 15_000}],
  ]);
});

test.each([
  [{kinds: ['weather']}, 'kinds.0'],
  [{rooms: ['no blanks']}, 'rooms.0'],
  [{rooms: ['a*b']}, 'rooms.0'],
  [{users: ['']}, 'users.0'],
  [{users: Array.from({length: 101}, (_, n) => `u${n}`)}, 'users'],
  [{heartbeatMs: 999}, 'heartbeatMs'],
  [{heartbeatMs: 60_001}, 'heartbeatMs'],
  [{position: 'x'.repeat(201)}, 'position'],
])('[OPS30] a watch of %o is refused for %s at every door, and nothing is watched', async (fields, field) => {
  expect(await watchAll(fields)).toEqual({told: [], over: {code: 'invalid_payload', field}});
  expect(house.backstage.asked).toEqual([]);
});

test('[OPS30] a watch wants a known key at every door', async () => {
  expect(await watchAll({}, 'somebody-s-key')).toEqual({told: [], over: {code: 'bad_api_key'}});
});

test.each<ErrorCode>(['overloaded', 'too_many_subscriptions', 'unavailable', 'draining', 'slow_reader'])(
  '[OPS30] %s is the same at every door, for a watch that is not opened and for one that is ended',
  async (code) => {
    const failure = new ParleyError(code, {retryAfterMs: 1_250});
    house.backstage.failure = failure;
    expect(await watchAll({})).toEqual({told: [], over: {code, retryAfterMs: 1_250}});
    house.backstage.failure = undefined;
    const {watch} = house.backstage;
    house.backstage.watch = async (...asked) => {
      const opened = await watch(...asked);
      return {
        end: () => undefined,
        async *[Symbol.asyncIterator]() {
          yield* opened;
          throw failure;
        },
      };
    };
    const {told, over} = await watchAll({});
    house.backstage.watch = watch;
    expect(told).toHaveLength(7);
    expect(over).toEqual({code, retryAfterMs: 1_250});
  },
);
