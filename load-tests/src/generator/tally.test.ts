import {expect, test} from 'vitest';
import {compose, latencyHistogram, Tally} from './tally.js';

const frame = (sequence: number): string => JSON.stringify({room: 'r', text: compose(sequence, 64)});

test('a tally counts each message once, and duplicates and disorder apart', () => {
  const latency = latencyHistogram();
  const tally = new Tally(latency);
  for (const sequence of [1, 2, 4, 3, 4, 5_000]) tally.take(frame(sequence));
  tally.take('{"unrelated":true}');
  expect(tally.counts).toEqual({received: 5, duplicates: 1, disordered: 1});
  expect(latency.totalCount).toBe(5);
});

test('messages of the warm-up are not counted', () => {
  const tally = new Tally(latencyHistogram());
  tally.from = 10;
  for (const sequence of [8, 9, 10, 11]) tally.take(frame(sequence));
  expect(tally.counts.received).toBe(2);
});

test('a text has the asked size and is the same for every receiver', () => {
  expect(compose(7, 64)).toHaveLength(64);
});
