import {errorCatalogue, ParleyError, type ErrorCode} from '@parley/protocol';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {grpcVerbs} from '../../../src/api/grpc/grpc-verbs.js';
import {httpVerbs} from '../../../src/api/http-verbs.js';
import {withoutNats} from '../../nats-server.js';
import {askDoors} from './ask-doors.js';
import {cases} from './cases.js';
import type {Fields, Told} from './door.js';
import {errorsOf, errorsOfAll} from './house-errors.js';
import {narrowKey, openHouse, slowKey, type OpenHouse} from './open-house.js';

let house: OpenHouse;
beforeAll(async () => {
  house = await openHouse({nats: withoutNats === undefined});
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => {
  house.backstage.asked.length = 0;
  house.backstage.failure = undefined;
});

const askAll = (verb: string, fields: Fields, key?: string): Promise<Told> => askDoors(house, verb, fields, key);

test('[OPS8] every verb has its place at every door, and its case here', () => {
  const names = cases.map(({verb}) => verb).sort();
  expect(httpVerbs.map(({verb}) => verb.name).sort()).toEqual(names);
  expect(grpcVerbs.map(({verb}) => verb.name).sort()).toEqual(names);
});

test.each(cases)(
  '[OPS8] $verb: the same is done, and answered the same, whatever the door',
  async ({verb, fields, asks = 1}) => {
    const told = await askAll(verb, fields);
    expect(told).toHaveProperty('ok');
    expect(house.backstage.asked).toHaveLength(asks);
  },
);

test.each(cases.flatMap(({verb, fields, wrong}) => wrong.map(([change, field]) => ({verb, fields, change, field}))))(
  '[OPS8] $verb with $change is refused for $field at every door, and nothing is done',
  async ({verb, fields, change, field}) => {
    expect(await askAll(verb, {...fields, ...change})).toEqual({code: 'invalid_payload', field});
    expect(house.backstage.asked).toEqual([]);
  },
);

const codes = Object.keys(errorCatalogue) as ErrorCode[];
/** One verb that changes something and one that reads meet every code; the rest meet those that they can be refused with. */
const thorough = ['push.send', 'rooms.get'];
/** What the house refuses of an item of a batch is no refusal of the batch, and the facts of a node ask nobody. */
const refusable = cases.filter(({asks = 1}) => asks === 1);

test('[OPS8] of every verb it is said here what it may be refused with', () => {
  expect(Object.keys(errorsOf).sort()).toEqual(refusable.map(({verb}) => verb).sort());
});

test.each(refusable)(
  '[OPS8] $verb: every code of the house is the same at every door, with its field and its time to wait',
  async ({verb, fields}) => {
    for (const code of thorough.includes(verb) ? codes : [...errorsOfAll, ...(errorsOf[verb] ?? [])]) {
      house.backstage.failure = new ParleyError(code, {field: 'room', retryAfterMs: 1_250});
      const doors = house.doorsOf(verb);
      const told = await Promise.all(doors.map((door) => door.ask(verb, fields)));
      for (const [n, {name}] of doors.entries()) {
        expect(told[n], `${code} at ${name}`).toEqual({code, field: 'room', retryAfterMs: 1_250});
      }
    }
  },
);

test('[OPS8] a defect is internal at every door, and tells nothing', async () => {
  house.backstage.failure = new TypeError('the cause of it all');
  expect(await askAll('rooms.get', {room: 'den'})).toEqual({code: 'internal'});
});

test.each(cases)('[OPS8] $verb wants a known key at every door', async ({verb, fields}) => {
  expect(await askAll(verb, fields, 'somebody-s-key')).toEqual({code: 'bad_api_key'});
  expect(house.backstage.asked).toEqual([]);
});

test.each(codes)(
  '[OPS14] %s is the problem of each item of a batch at every door, and of nothing else',
  async (code) => {
    const {fields = {}} = cases.find(({verb}) => verb === 'batch') ?? {};
    house.backstage.failure = new ParleyError(code, {field: 'room', retryAfterMs: 1_250});
    const told = await askAll('batch', fields);
    const answers = 'ok' in told ? (told.ok as {answers: readonly {problem?: {code: string}}[]}).answers : [];
    const given = answers.map(({problem}) => problem?.code);
    // One is malformed, which comes first.
    expect(given.filter((one) => one === code).length).toBeGreaterThanOrEqual(given.length - 1);
  },
);

test.each(cases)('[OPS8] $verb takes no field that it does not know, and is not done', async ({verb, fields}) => {
  const [http] = house.doors;
  // Messages cannot hold one: they pass over what they do not know.
  expect(await http?.ask(verb, {...fields, surprise: 1})).toEqual({code: 'invalid_payload', field: 'surprise'});
  expect(house.backstage.asked).toEqual([]);
});

test('[KEY3] each item of a batch is for keys that are for it, at every door', async () => {
  const {fields = {}} = cases.find(({verb}) => verb === 'batch') ?? {};
  expect(await askAll('batch', fields, narrowKey)).toMatchObject({ok: {done: 0}});
  expect(house.backstage.asked).toEqual([]);
});

test.each(cases.filter(({verb}) => verb !== 'batch'))(
  '[KEY3] $verb is for keys that are for it, at every door',
  async ({verb, fields}) => {
    expect(await askAll(verb, fields, narrowKey)).toEqual({code: 'forbidden'});
    expect(house.backstage.asked).toEqual([]);
  },
);

test.each(cases)('[OPS8] $verb above the rate of its caller is refused at every door', async ({verb, fields}) => {
  for (const {name, ask} of house.doorsOf(verb)) {
    // One a second: the second of three at once is too much, whatever became of the first.
    const told = await Promise.all([1, 2, 3].map(() => ask(verb, fields, slowKey)));
    const refused = told.filter((one) => 'code' in one && one.code === 'rate_limited');
    expect(refused.length, name).toBeGreaterThanOrEqual(1);
    expect(refused[0], name).toEqual({code: 'rate_limited', retryAfterMs: expect.any(Number) as unknown});
  }
});

test('[OPS8] data that is nested too deeply is refused at every door', async () => {
  const data: unknown = JSON.parse('['.repeat(70) + ']'.repeat(70));
  const push = {target: {room: 'den'}, topic: 'deep', data};
  expect(await askAll('push.send', push)).toMatchObject({code: 'invalid_payload'});
});

test('[OPS8] a caller has one rate for all doors together', async () => {
  await using busy = await openHouse({requestsPerSecond: 5});
  const told: Told[] = [];
  for (let n = 0; n < 8; n += 1) {
    for (const door of busy.doors) told.push(await door.ask('info.get', {}));
  }
  const refused = told.filter((one) => 'code' in one);
  expect(refused.length).toBeGreaterThanOrEqual(5);
  for (const one of refused) {
    expect(one).toEqual({code: 'rate_limited', retryAfterMs: expect.any(Number) as unknown});
  }
});
