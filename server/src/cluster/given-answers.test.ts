import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {GivenAnswers, type NumberedRequest} from './given-answers.js';

const asked = (from: string, id: number, deadlineMs = 1_000): NumberedRequest => ({from, id, deadlineMs});

/** With a deed that answers how often it was done. */
function begin() {
  const clock = new HandClock();
  const given = new GivenAnswers<number>(clock);
  let done = 0;
  const once = (request: NumberedRequest): Promise<number> => given.once(request, () => Promise.resolve((done += 1)));
  return {clock, once};
}

test('a request that is repeated is done once, while it is being done and afterwards', async () => {
  const {once} = begin();
  expect(await Promise.all([once(asked('a', 1)), once(asked('a', 1))])).toEqual([1, 1]);
  expect(await once(asked('a', 1))).toBe(1);
  expect(await once(asked('a', 2))).toBe(2);
  expect(await once(asked('b', 1))).toBe(3);
});

test('a repetition that was under way for longer than its deadline is refused, and not done again', async () => {
  const {clock, once} = begin();
  await once(asked('a', 2));
  await clock.pass(1_001);
  await once(asked('b', 1));
  await expect(once(asked('a', 2))).rejects.toMatchObject({code: 'timeout'});
  await expect(once(asked('a', 1))).rejects.toMatchObject({code: 'timeout'});
  expect(await once(asked('a', 3))).toBe(3);
});

test('what has a longer deadline than something later that is over is still done', async () => {
  const {clock, once} = begin();
  await once(asked('a', 2));
  await clock.pass(1_001);
  await once(asked('b', 1));
  expect(await once(asked('a', 1, 5_000))).toBe(3);
});

test('more than is remembered is refused, not done twice', async () => {
  const {once} = begin();
  for (let id = 1; id <= 20_000; id += 1) await once(asked('a', id));
  await expect(once(asked('a', 20_001))).rejects.toMatchObject({code: 'overloaded'});
});
