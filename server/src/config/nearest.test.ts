import {expect, test} from 'vitest';
import {nearest} from './nearest.js';

test('the nearest name is found, and none if nothing is near', () => {
  const names = ['PARLEY_PORT', 'PARLEY_HOST', 'PARLEY_OPS_PORT', 'PARLEY_AUTH_SECRET'];

  expect(nearest('PARLEY_PROT', names)).toBe('PARLEY_PORT');
  expect(nearest('PARLEY_SECRET', names)).toBe('PARLEY_AUTH_SECRET');
  expect(nearest('SOMETHING', names)).toBeUndefined();
  expect(nearest('PARLEY_PORT', [])).toBeUndefined();
});
