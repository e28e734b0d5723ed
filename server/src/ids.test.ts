import {clientId, sessionId} from '@parley/protocol';
import {expect, test} from 'vitest';
import {createIds} from './ids.js';

test('ids fit the contract, are unique, and use their whole alphabet', () => {
  const ids = createIds();
  const made = Array.from({length: 5_000}, () => ids.id());

  expect(new Set(made).size).toBe(made.length);
  expect(new Set(made.join('')).size).toBe(62);
  for (const id of made) {
    expect(id).toMatch(/^[A-Za-z0-9]{21}$/);
    expect(sessionId.safeParse(id).success && clientId.safeParse(id).success).toBe(true);
  }
});

test('secrets carry 256 bits', () => {
  const ids = createIds();
  expect(Buffer.from(ids.secret(), 'base64url')).toHaveLength(32);
  expect(ids.secret()).not.toBe(ids.secret());
});
