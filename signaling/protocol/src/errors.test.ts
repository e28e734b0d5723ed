import {expect, test} from 'vitest';
import {closeCodes, mayReconnect} from './close-codes.js';
import {errorCatalogue, ParleyError, toWireError} from './errors.js';

test('[ENV2] what is thrown without a code is internal, and its text stays inside', () => {
  expect(toWireError(new Error('password is hunter2'))).toEqual({
    code: 'internal',
    message: errorCatalogue.internal.text,
    retryable: true,
  });
  expect(toWireError('a string')).toMatchObject({code: 'internal'});
  expect(toWireError(undefined)).toMatchObject({code: 'internal'});
});

test('[ENV2] an error with a code keeps its field and its retry time', () => {
  expect(new ParleyError('rate_limited', {retryAfterMs: 250}).toWire()).toEqual({
    code: 'rate_limited',
    message: errorCatalogue.rate_limited.text,
    retryable: true,
    retryAfterMs: 250,
  });
  expect(toWireError(new ParleyError('invalid_payload', {field: 'text', message: 'too long'}))).toEqual({
    code: 'invalid_payload',
    message: 'too long',
    retryable: false,
    field: 'text',
  });
});

test('[CON13] the range of a close code is the policy, also for codes nobody knows yet', () => {
  expect(mayReconnect(4_000)).toBe(true);
  expect(mayReconnect(4_499)).toBe(true);
  expect(mayReconnect(4_500)).toBe(false);
  expect(mayReconnect(4_999)).toBe(false);
});

test('[CON13] every close code is in its range and stands once', () => {
  const codes = Object.values(closeCodes).map((c) => c.code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code >= 4_000 && code <= 4_999)).toBe(true);
  expect(mayReconnect(closeCodes.slow_consumer.code)).toBe(true);
  expect(mayReconnect(closeCodes.kicked.code)).toBe(false);
});
