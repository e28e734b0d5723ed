import {expect, test} from 'vitest';
import {KeyedBuckets} from './keyed-buckets.js';

test('[LIM7] each key has a bucket of its own, forgotten once it is full again', () => {
  const buckets = new KeyedBuckets<string>({perSecond: 10, burst: 2});
  expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('a', 0)]).toEqual([0, 0, 100]);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.size).toBe(2);
  expect(buckets.take('c', 1_000)).toBe(0);
  expect(buckets.size).toBe(1);
});
