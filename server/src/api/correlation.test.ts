import {expect, test} from 'vitest';
import {correlationId} from './correlation.js';

const ids = {id: () => 'a-new-one', secret: () => 'never'};

test.each([
  '1',
  '7f3c9d1e-8a52-4a77-9c0e-000000000000',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'a'.repeat(128),
])('[OPS5] the caller’s id %s is carried on', (presented) => {
  expect(correlationId(presented, ids)).toBe(presented);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['two', ['a', 'b']],
  ['too long a one', 'a'.repeat(129)],
  ['one that would break a line', 'a\nb'],
  ['one that would break out of a log’s quotes', 'a" level="fatal'],
  ['one with a leading dash', '-rf'],
])('[OPS5] %s is replaced by a new one', (_what, presented) => {
  expect(correlationId(presented, ids)).toBe('a-new-one');
});
