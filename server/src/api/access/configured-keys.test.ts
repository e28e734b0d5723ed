import {expect, test} from 'vitest';
import {bearer} from './bearer.js';
import {ConfiguredKeys} from './configured-keys.js';

const keys = new ConfiguredKeys(['the-first-key-of-two', 'the-second-key-of-two'], 10);
const identify = (header: string | undefined, ring = keys): string | undefined => {
  const presented = bearer(header);
  return presented === undefined ? undefined : ring.identify(presented)?.name;
};

test('[OPS1] each known key names its caller, and not by itself', () => {
  const first = identify('Bearer the-first-key-of-two');
  const second = identify('Bearer the-second-key-of-two');
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(second).toMatch(/^[0-9a-f]{8}$/);
  expect(first).not.toBe(second);
});

test('[OPS1] the scheme is read as HTTP says: in any case, with blanks around', () => {
  expect(identify('bearer  the-first-key-of-two ')).toBe(identify('Bearer the-first-key-of-two'));
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
  expect(identify(header)).toBeUndefined();
});

test('[OPS1] without keys there is nobody to let in', () => {
  expect(identify('Bearer ', new ConfiguredKeys([], 10))).toBeUndefined();
  expect(identify('Bearer undefined', new ConfiguredKeys([], 10))).toBeUndefined();
});
