import {expect, test} from 'vitest';
import {KnownRevocations} from './known-revocations.js';

test('[TOK7] the later moment and the longer memory hold, and what is over is not known any more', () => {
  const known = new KnownRevocations(10);
  known.add('user ann', {issuedBefore: 100, until: 900}, 0);
  known.add('user ann', {issuedBefore: 50, until: 1_000}, 0);
  known.add('token t1', {issuedBefore: 0, until: 500}, 0);
  expect(known.current(499)).toHaveLength(2);
  expect(known.current(500)).toEqual([['user ann', {issuedBefore: 100, until: 1_000}]]);
  expect(known.current(1_000)).toEqual([]);
});

test('[TOK7] above its bound it gives up those that end first, and says how many', () => {
  const known = new KnownRevocations(20);
  for (let n = 0; n < 20; n += 1) expect(known.add(`token ${n}`, {issuedBefore: 0, until: 1_000 - n}, 0)).toBe(0);
  expect(known.add('all', {issuedBefore: 7, until: 2_000}, 0)).toBe(2);
  const names = known.current(0).map(([name]) => name);
  expect(names).toHaveLength(19);
  expect(names).toContain('all');
  expect(names).not.toContain('token 19');
  expect(names).not.toContain('token 18');
  // What is over makes room without anything being given up.
  for (let n = 0; n < 2; n += 1) expect(known.add(`new ${n}`, {issuedBefore: 0, until: 3_000}, 1_500)).toBe(0);
  expect(known.current(1_500)).toHaveLength(3);
});
