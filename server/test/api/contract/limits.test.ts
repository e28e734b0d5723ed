import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {httpVerbs} from '../../../src/api/http-verbs.js';
import {withoutNats} from '../../nats-server.js';
import {askDoors} from './ask-doors.js';
import {cases} from './cases.js';
import {beyondLimits} from './beyond-limits.js';
import {openHouse, type OpenHouse} from './open-house.js';

let house: OpenHouse;
beforeAll(async () => {
  house = await openHouse({nats: withoutNats === undefined});
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => {
  house.backstage.asked.length = 0;
});

/** Of a request, and of a batch; the house of these tests takes 16 and 64 KiB. */
const tooMuch = (verb: string): number => (verb === 'batch' ? 66_000 : 17_000);

test.each(cases)(
  '[OPS8] $verb that is too large as a whole is too_large at every door, and is not done',
  async ({verb, fields}) => {
    const told = await askDoors(house, verb, fields, undefined, tooMuch(verb));
    expect(told).toEqual({code: 'too_large'});
    expect(house.backstage.asked).toEqual([]);
  },
);

test.each(cases)('[OPS8] $verb with some bytes more that say nothing is what it is without', async ({verb, fields}) => {
  expect(await askDoors(house, verb, fields, undefined, 1_000)).toHaveProperty('ok');
});

/** Of each verb, what is asked with one field just beyond a limit. */
const limits = cases.flatMap(({verb, fields}) => {
  const found = httpVerbs.find((one) => one.verb.name === verb)?.verb;
  if (found === undefined || found.isBatch === true) return [];
  const beyond = [...beyondLimits(found.names), ...beyondLimits(found.input)].map(({field, change, what}) => ({
    field,
    what,
    fields: {...fields, ...change},
  }));
  return beyond.length === 0 ? [] : [{verb, beyond}];
});

test('[OPS8] the limits of all verbs are known here by their schemas', () => {
  expect(limits.flatMap(({beyond}) => beyond).length).toBeGreaterThan(80);
});

test.each(limits)(
  '[OPS8] $verb with any field beyond its limit is refused for it at every door, and is not done',
  async ({verb, beyond}) => {
    const refused = beyond.map(({field, what}) => ({what, told: {code: 'invalid_payload', field}}));
    for (const {name, ask} of house.doorsOf(verb)) {
      const told = await Promise.all(beyond.map(async ({fields, what}) => ({what, told: await ask(verb, fields)})));
      expect(told, name).toEqual(refused);
    }
    expect(house.backstage.asked).toEqual([]);
  },
);
