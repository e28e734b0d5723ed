import {expect, test} from 'vitest';
import {backOffMs} from './back-off.js';

test('[HOOK4] attempts come after a second, then twice as long each time, a minute at most, scattered over half of it', () => {
  const failures = [1, 2, 3, 6, 7, 8, 1_000];
  expect(failures.map((count) => backOffMs(count, undefined, 1))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
  ]);
  expect(failures.map((count) => backOffMs(count, undefined, 0))).toEqual([
    500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('[HOOK4] a receiver that names a time is given it, within a minute', () => {
  expect(backOffMs(1, 5_000, 0)).toBe(5_000);
  expect(backOffMs(1, 10, 0)).toBe(500);
  expect(backOffMs(1, 3_600_000, 0)).toBe(60_000);
});
