import {expect, test} from 'vitest';
import {arrivals} from './layers.js';

const producer = (paused: boolean, ...scores: readonly number[]) => ({
  paused,
  score: scores.map((score, encodingIdx) => ({score, encodingIdx, ssrc: encodingIdx + 1})),
});

test('[CALL25] a camera that nobody is shown is not sent, and no sign of a poor path', () => {
  expect(arrivals([producer(false, 0, 0, 0), producer(false, 10)])).toEqual([10]);
  expect(arrivals([producer(false, 0)])).toEqual([]);
});

test('[CALL25] of several encodings the best counts, and what is muted or has only begun does not', () => {
  expect(arrivals([producer(false, 0, 7, 4), producer(true, 2), producer(false)])).toEqual([7]);
});
