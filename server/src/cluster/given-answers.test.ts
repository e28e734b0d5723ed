import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {GivenAnswers} from './given-answers.js';

test('a request that is repeated is done once, while it is being done and afterwards, until its time is over', async () => {
  const clock = new HandClock();
  const given = new GivenAnswers<number>(clock);
  let done = 0;
  const deed = (): Promise<number> => Promise.resolve((done += 1));
  expect(await Promise.all([given.once('a 1', 1_000, deed), given.once('a 1', 1_000, deed)])).toEqual([1, 1]);
  expect(await given.once('a 1', 1_000, deed)).toBe(1);
  expect(await given.once('a 2', 1_000, deed)).toBe(2);
  expect(await given.once('b 1', 1_000, deed)).toBe(3);
  await clock.pass(1_001);
  await given.once('c 1', 1_000, deed);
  expect(await given.once('a 1', 1_000, deed)).toBe(5);
});

test('more than is remembered is refused, not done twice', async () => {
  const given = new GivenAnswers<number>(new HandClock());
  const deed = (): Promise<number> => Promise.resolve(0);
  for (let n = 0; n < 20_000; n += 1) await given.once(`a ${n}`, 1_000, deed);
  await expect(given.once('a 20000', 1_000, deed)).rejects.toMatchObject({code: 'overloaded'});
});
