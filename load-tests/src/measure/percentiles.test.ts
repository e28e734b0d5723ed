import {expect, test} from 'vitest';
import {percentilesOf} from './percentiles.js';

test('percentiles are values that occurred, in whatever order they came', () => {
  const values = Array.from({length: 200}, (_, n) => 200 - n);
  expect(percentilesOf(values)).toEqual({count: 200, p50: 100, p95: 190, p99: 198, max: 200});
  expect(percentilesOf([7])).toEqual({count: 1, p50: 7, p95: 7, p99: 7, max: 7});
  expect(percentilesOf([])).toEqual({count: 0, p50: 0, p95: 0, p99: 0, max: 0});
});
