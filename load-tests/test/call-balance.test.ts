import {expect, test} from 'vitest';
import type {CallBalanceResult} from '../src/scenarios/call-balance.js';
import {runLoad} from './run-load.js';

test('call-balance has guests go from call to call, and tells what each worker took, with calls parted and whole', async () => {
  const size = ['--workers', '2', '--guests', '6', '--rooms', '2', '--stay', '3', '--seconds', '5', '--together', '0'];
  const {result, page} = await runLoad<CallBalanceResult>('call-balance', ...size);
  for (const subject of [result.subjects['parley'], result.subjects['calls whole']]) {
    expect(subject?.joins).toBeGreaterThanOrEqual(6);
    expect(subject?.workerCpu).toHaveLength(2);
    expect(Math.max(...(subject?.workerCpu ?? []))).toBeGreaterThan(0);
    expect(subject?.maxOverMean.p50).toBeGreaterThanOrEqual(1);
  }
  // With calls parted from the beginning both workers are at work.
  expect(Math.min(...(result.subjects['parley']?.workerCpu ?? []))).toBeGreaterThan(0);
  expect(page).toContain('The busiest worker against the mean');
});
