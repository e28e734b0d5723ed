import {closeCodes} from '@parley/protocol';
import {expect, test} from 'vitest';
import {backoffMs} from './backoff.js';
import {judgeClosing, judgeEnd} from './verdict.js';

const closing = (code: number, extra = {}): ReturnType<typeof judgeClosing> =>
  judgeClosing({code, reason: 'reason', message: 'text', ...extra});

test('[CON13] the range of the code decides, known or not', () => {
  expect(closing(closeCodes.draining.code, {retryAfterMs: 300})).toMatchObject({next: 'return', afterMs: 300});
  expect(closing(4_399)).toMatchObject({next: 'return'});
  expect(closing(4_999)).toMatchObject({next: 'stay_away'});
  expect(closing(closeCodes.kicked.code)).toMatchObject({next: 'stay_away'});
});

test('[CON13] a refused token is worth one new one', () => {
  expect(closing(closeCodes.token_expired.code)).toMatchObject({next: 'renew_token'});
  const data = {code: 'bad_token', message: 'no', retryable: false, closeCode: closeCodes.bad_token.code};
  expect(judgeEnd({kind: 'refused', message: 'bad_token', data})).toMatchObject({
    next: 'renew_token',
    reason: 'bad_token',
  });
});

test('[CON1] a refusal without a close code goes by whether it is retryable', () => {
  const refused = (data: unknown): string => judgeEnd({kind: 'refused', message: 'no', data}).next;
  expect(refused({code: 'overloaded', message: 'full', retryable: true, retryAfterMs: 5})).toBe('return');
  expect(refused({code: 'forbidden', message: 'no', retryable: false})).toBe('stay_away');
  expect(refused({code: 'unavailable'})).toBe('return');
  expect(refused('nonsense')).toBe('return');
});

test('a lost transport is tried again', () => {
  expect(judgeEnd({kind: 'lost', message: 'transport close'})).toMatchObject({next: 'return', reason: 'network'});
});

test('the first retry is at once, later ones wait longer and never above ten seconds', () => {
  const waits = [1, 2, 3, 4, 20, 2_000].map((failures) => backoffMs(failures, 0));
  expect(waits).toEqual([0, 300, 600, 1_200, 10_000, 10_000]);
  expect(backoffMs(4, 0.999)).toBeGreaterThanOrEqual(600);
});
