import {expect, test} from 'vitest';
import type {CallGarbageResult} from '../src/scenarios/call-garbage.js';
import {runLoad} from './run-load.js';

test('a media worker and its call outlive garbage at its port, by UDP and TCP, and from a peer: seed 11', async () => {
  const {result, page} = await runLoad<CallGarbageResult>('call-garbage', '--packets', '4000', '--seed', '11');
  const {parley} = result.subjects;
  expect(parley).toMatchObject({workerLives: 1, defects: 0});
  expect(Math.min(parley?.sentUdp ?? 0, parley?.sentTcp ?? 0, parley?.sentInside ?? 0)).toBeGreaterThan(100);
  expect(parley?.oddTracks).toBeGreaterThan(5);
  expect(parley?.heardAfter).toBeGreaterThan(0);
  expect(page).toContain('seed 11');
});
