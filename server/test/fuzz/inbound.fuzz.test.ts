import {expect, test} from 'vitest';
import {runFuzz} from './run-fuzz.js';

const seed = 20261;

test('[LIM12] whatever comes in by whichever door, the node goes on and answers with a code', async () => {
  const {violations, outcomes} = await runFuzz({
    seed,
    inputs: 12_000,
    mediaWorker: process.env['MEDIASOUP_WORKER_BIN'],
  });
  expect(violations, `the same again: npm run test:fuzz -- --seed ${seed} --inputs 12000`).toEqual([]);
  expect(outcomes.get('ok')).toBeGreaterThan(1_000);
  expect(outcomes.get('invalid_payload')).toBeGreaterThan(1_000);
});
