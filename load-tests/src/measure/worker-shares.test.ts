import {expect, test} from 'vitest';
import {meansOf, unevenness, WorkerShares} from './worker-shares.js';

test('the busiest of three that has half of all has 1.5 times the mean', () => {
  expect(unevenness([0.5, 0.25, 0.25])).toBeCloseTo(1.5, 9);
  expect(unevenness([0.2, 0.2])).toBe(1);
  expect(unevenness([0, 0])).toBe(1);
});

test('means are of each process over all stretches', () => {
  expect(
    meansOf([
      [0.1, 0.3],
      [0.3, 0.5],
    ]).map((mean) => mean.toFixed(3)),
  ).toEqual(['0.200', '0.400']);
});

test('a process at work has more of a processor than none', () => {
  const shares = new WorkerShares([process.pid]);
  const until = performance.now() + 60;
  while (performance.now() < until);
  shares.mark();
  expect(shares.stretches).toHaveLength(1);
  expect(shares.stretches[0]?.[0]).toBeGreaterThan(0);
});
