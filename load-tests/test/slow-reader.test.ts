import {expect, test} from 'vitest';
import type {SlowReaderResult} from '../src/scenarios/slow-reader.js';
import {runLoad} from './run-load.js';

test('slow-reader sees the slow one closed with its code and back without a hole, and the others served', async () => {
  const load = ['--readers', '5', '--rate', '600', '--bytes', '4000', '--seconds', '5', '--rounds', '1'];
  const {result} = await runLoad<SlowReaderResult>('slow-reader', ...load);
  expect(result.subjects['parley']).toMatchObject({
    deliveredPct: 100,
    closedAs: ['slow_consumer'],
    holes: 0,
    doubled: 0,
    resets: 0,
    resumes: 1,
  });
});
