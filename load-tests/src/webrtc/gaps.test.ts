import {expect, test} from 'vitest';
import {Gaps} from './gaps.js';

function heard(...sequences: number[]) {
  const gaps = new Gaps();
  for (const sequence of sequences) gaps.take(7, sequence);
  return gaps.streams;
}

test('nothing is missing of what comes in order, out of order, or around the end of the numbers', () => {
  expect(heard(1, 2, 3)).toEqual([{expected: 3, lost: 0}]);
  expect(heard(1, 3, 2, 4)).toEqual([{expected: 4, lost: 0}]);
  expect(heard(65_534, 65_535, 0, 1)).toEqual([{expected: 4, lost: 0}]);
});

test('what does not come is missing, of each stream by itself', () => {
  expect(heard(65_534, 1, 2)).toEqual([{expected: 5, lost: 2}]);
  const gaps = new Gaps();
  gaps.take(1, 10);
  gaps.take(2, 20);
  gaps.take(2, 22);
  expect(gaps.streams).toEqual([
    {expected: 1, lost: 0},
    {expected: 3, lost: 1},
  ]);
});
