import {expect, test} from 'vitest';
import {ApiKeys} from './api-keys.js';

const keys = new ApiKeys(['the-first-key-of-two', 'the-second-key-of-two']);

test('[OPS1] each known key names its caller, and not by itself', () => {
  const first = keys.identify('Bearer the-first-key-of-two');
  const second = keys.identify('Bearer the-second-key-of-two');
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(second).toMatch(/^[0-9a-f]{8}$/);
  expect(first).not.toBe(second);
});

test('[OPS1] the scheme is read as HTTP says: in any case, with blanks around', () => {
  expect(keys.identify('bearer  the-first-key-of-two ')).toBe(keys.identify('Bearer the-first-key-of-two'));
});

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['the scheme alone', 'Bearer '],
  ['another scheme', 'Basic the-first-key-of-two'],
  ['the key without a scheme', 'the-first-key-of-two'],
  ['a beginning of a key', 'Bearer the-first-key'],
  ['a key and more', 'Bearer the-first-key-of-two-'],
  ['two keys', 'Bearer the-first-key-of-two the-second-key-of-two'],
  ['another case', 'Bearer THE-FIRST-KEY-OF-TWO'],
  ['far too much', `Bearer ${'x'.repeat(10_000)}`],
])('[OPS1] %s is nobody', (_what, header) => {
  expect(keys.identify(header)).toBeUndefined();
});

test('[OPS1] without keys there is nobody to let in', () => {
  expect(new ApiKeys([]).identify('Bearer ')).toBeUndefined();
  expect(new ApiKeys([]).identify('Bearer undefined')).toBeUndefined();
});
