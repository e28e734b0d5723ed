import {expect, test} from 'vitest';
import type {PathMeasure} from '../ports.js';
import {PathJudge, type Lacking} from './path-judge.js';

const fine: PathMeasure = {up: {loss: 0, score: 10}, down: {loss: 0.01, score: 10}, roundTripMs: 40};
const after = (changes: Partial<PathMeasure>, lacking: Lacking = 'nothing') => {
  const judge = new PathJudge();
  for (let measures = 0; measures < 2; measures += 1) judge.add({...fine, ...changes}, lacking);
  return judge.verdict;
};

test('[CALL25] the verdict names what is wrong, and the worst counts', () => {
  expect(after({})).toEqual({quality: 'good', reasons: []});
  expect(after({up: {loss: 0.05, score: 9}})).toEqual({quality: 'fair', reasons: ['uplink']});
  expect(after({down: {loss: 0, score: 3}})).toEqual({quality: 'poor', reasons: ['downlink']});
  expect(after({roundTripMs: 400})).toEqual({quality: 'fair', reasons: ['delay']});
  expect(after({}, 'small')).toEqual({quality: 'fair', reasons: ['bandwidth']});
  expect(after({up: {loss: 0.2, score: 1}, roundTripMs: 300}, 'none')).toEqual({
    quality: 'poor',
    reasons: ['uplink', 'delay', 'bandwidth'],
  });
  expect(after({up: undefined, down: {loss: 0, score: undefined}, roundTripMs: undefined}).quality).toBe('good');
});

test('[CALL25] one bad measure is none, and good counts when it lasts', () => {
  const judge = new PathJudge();
  const bad = {...fine, up: {loss: 0.2, score: 10}};
  const add = (measure: PathMeasure): boolean => judge.add(measure, 'nothing');
  expect([add(bad), add(fine), add(bad), add(fine)]).toEqual([false, false, false, false]);
  expect([add(bad), add(bad), add(bad)]).toEqual([false, true, false]);
  expect([1, 2, 3, 4].map(() => add(fine))).toEqual([false, false, false, false]);
  expect([add(bad), add(fine), add(fine), add(fine), add(fine)]).toEqual(Array(5).fill(false));
  expect([add(fine), judge.verdict.quality]).toEqual([true, 'good']);
});

test('[CALL25] each reason is judged by itself: one that stands neither delays another nor lends it its time', () => {
  const judge = new PathJudge();
  const far = {...fine, roundTripMs: 400};
  const lossy = {...far, down: {loss: 0.05, score: 10}};
  const add = (...measures: PathMeasure[]): readonly string[] => {
    for (const measure of measures) judge.add(measure, 'nothing');
    return judge.verdict.reasons;
  };
  expect(add(far, far)).toEqual(['delay']);
  expect(add(lossy)).toEqual(['delay']);
  expect(add(lossy)).toEqual(['downlink', 'delay']);
  const near = {...lossy, roundTripMs: 40};
  expect(add(near, near, near, near, {...near, up: {loss: 0.05, score: 10}})).toEqual(['downlink']);
});

test('[CALL25] what is worse and better by turns is neither', () => {
  const judge = new PathJudge();
  const far = {...fine, roundTripMs: 400};
  for (const measure of [far, far, {...fine, roundTripMs: 800}, fine, {...fine, roundTripMs: 800}, fine])
    judge.add(measure, 'nothing');
  expect(judge.verdict).toEqual({quality: 'fair', reasons: ['delay']});
});

test('[CALL25] of measures that differ the mildest change is told', () => {
  const judge = new PathJudge();
  const far = {...fine, roundTripMs: 400};
  const farther = {...fine, roundTripMs: 800};
  const add = (...measures: PathMeasure[]): string => {
    for (const measure of measures) judge.add(measure, 'nothing');
    return judge.verdict.quality;
  };
  expect(add(farther, far)).toBe('fair');
  expect(add(farther, farther)).toBe('poor');
  expect(add(fine, far, fine, far, fine)).toBe('fair');
});
