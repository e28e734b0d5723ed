import {ReplyError as AnyReplyError} from 'ioredis';
import {expect, test} from 'vitest';
import {refusalOf} from './redis-refusal.js';

// The library types it as `any`.
const ReplyError = AnyReplyError as new (message: string) => Error;

test.each([
  "OOM command not allowed when used memory > 'maxmemory'.",
  "ERR Error running script (call to f_ab12): @user_script:41: @user_script: 41: -OOM command not allowed when used memory > 'maxmemory'.",
  'READONLY You can’t write against a read only replica. script: ab12, on @user_script:41.',
  'ERR Error running script (call to f_ab12): @user_script:41: -READONLY You can’t write against a read only replica.',
  'LOADING Redis is loading the dataset in memory',
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
])('[FEED6] %s is unavailable, not a defect', (message) => {
  expect(refusalOf(new ReplyError(message))).toMatchObject({code: 'unavailable', retryAfterMs: 1_000});
});

test('what Redis refuses for what it is stays a defect', () => {
  const error = new ReplyError(
    'ERR Error running script (call to f_ab12): @user_script:3: attempt to index OOM (a nil value)',
  );
  expect(refusalOf(error)).toBe(error);
});

test('a connection that breaks under a command leaves its outcome unknown', () => {
  expect(refusalOf(new Error('Connection is closed.'))).toMatchObject({code: 'timeout'});
});
