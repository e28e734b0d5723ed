import {expect, test} from 'vitest';
import type {PushAwayResult} from '../src/scenarios/push-away.js';
import {runLoad} from './run-load.js';

test('[PUSH6] [PUSH7] push-away: what was pushed to users who were away comes once, in order, and nothing that expired', async () => {
  const {result} = await runLoad<PushAwayResult>('push-away', '--users', '20', '--pushes', '10', '--waves', '2');
  expect(result.subjects['parley']).toMatchObject({
    pushed: 200,
    arrived: 180,
    missing: 0,
    twice: 0,
    outOfOrder: 0,
    expired: 0,
  });
});
