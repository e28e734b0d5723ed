import {expect, test} from 'vitest';
import type {FloodResult} from '../src/scenarios/flood.js';
import {runLoad} from './run-load.js';

test('flood measures the others with and without a hostile client, who is closed and kept out', async () => {
  const load = ['--clients', '20', '--rooms', '2', '--seconds', '1', '--rounds', '1'];
  const {stdout, result, page} = await runLoad<FloodResult>('flood', ...load);
  expect(stdout).toContain("others' p99 with the flood");
  for (const subject of Object.values(result.subjects)) expect(subject.deliveredPct).toBe(100);
  expect(result.p99Ratio).toBeGreaterThan(0);
  // It yields to all others, so that how much it gets to send is the machine's affair.
  expect(result.flood.frames).toBeGreaterThan(50);
  expect(result.flood.closed).toBeGreaterThan(3);
  expect(page).toContain('Others’ latency');
});
