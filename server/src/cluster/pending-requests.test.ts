import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {PendingRequests} from './pending-requests.js';

test('a request without an answer is repeated ever more rarely, and refused with timeout at its deadline', async () => {
  const clock = new HandClock();
  const pending = new PendingRequests(clock);
  const begunAt = clock.now();
  const repeatedAt: number[] = [];
  const {answer} = pending.begin('b', 5_000, () => repeatedAt.push(clock.now() - begunAt));
  const refused = expect(answer).rejects.toMatchObject({code: 'timeout'});
  await clock.pass(4_999);
  expect(repeatedAt).toEqual([500, 1_500, 3_500]);
  await clock.pass(1);
  await refused;
  await clock.pass(10_000);
  expect(repeatedAt).toHaveLength(3);
});

test('what is answered, or whose node is gone, is not repeated', async () => {
  const clock = new HandClock();
  const pending = new PendingRequests(clock);
  let repeats = 0;
  const answered = pending.begin('b', 5_000, () => (repeats += 1));
  const gone = pending.begin('c', 5_000, () => (repeats += 1));
  pending.settle(answered.id, 'yes');
  pending.refuseOf('c');
  expect(await answered.answer).toBe('yes');
  await expect(gone.answer).rejects.toMatchObject({code: 'unavailable'});
  await clock.pass(10_000);
  expect(repeats).toBe(0);
});
