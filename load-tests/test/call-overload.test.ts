import {expect, test} from 'vitest';
import type {CallOverloadResult} from '../src/scenarios/call-overload.js';
import {runLoad} from './run-load.js';

test('call-overload lets peers come until the worker spares, and says who was refused and what was lost', async () => {
  const size = ['--share', '10', '--peers', '4', '--pause', '100', '--seconds', '1', '--most', '6'];
  const {result, page} = await runLoad<CallOverloadResult>('call-overload', ...size);
  const {parley} = result.subjects;
  expect(parley?.fits).toBeGreaterThan(0);
  expect((parley?.admitted ?? 0) + (parley?.refused ?? 0)).toBe(parley?.asked);
  expect(parley?.streamLostPct.count).toBeGreaterThan(0);
  expect(page).toContain('Packets lost of those who were admitted');
});
