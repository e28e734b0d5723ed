import {expect, test} from 'vitest';
import type {CallJoinResult} from '../src/scenarios/call-join.js';
import {runLoad} from './run-load.js';

test('call-join lets peers with real transports hear each other, two and many at once', async () => {
  const args = ['call-join', '--rounds', '3', '--peers', '6', '--crowds', '1'];
  const {stdout, result, page} = await runLoad<CallJoinResult>(...args);
  expect(stdout).toContain('audio p95 ms');
  const {'two peers': two, 'all at once': crowd} = result.subjects;
  expect(two?.firstAudioMs.count).toBe(6);
  expect(crowd?.firstAudioMs.count).toBe(6);
  for (const {joinedMs, firstAudioMs, allHeardMs} of Object.values(result.subjects)) {
    expect(joinedMs.p50).toBeGreaterThan(0);
    expect(firstAudioMs.p50).toBeGreaterThan(0);
    expect(allHeardMs.max).toBeGreaterThanOrEqual(firstAudioMs.max);
  }
  expect(page).toContain('From joining to the first audio of somebody else');
});
