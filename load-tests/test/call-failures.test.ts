import {expect, test} from 'vitest';
import type {CallFailureResult} from '../src/scenarios/call-failure.js';
import type {CallGhostsResult} from '../src/scenarios/call-ghosts.js';
import type {CallResumeResult} from '../src/scenarios/call-resume.js';
import {runLoad} from './run-load.js';

// At the same time: most of it is waiting.
test.concurrent.each(['[CALL36] worker-kill', 'media-node-kill', 'call-drain', 'call-part-drain'])(
  '%s interrupts calls of peers with real transports, and all hear each other again',
  async (title) => {
    const name = title.replace('[CALL36] ', '');
    const args = [name, '--calls', '6', '--rounds', '1', '--seconds', '6'];
    const {stdout, result, page} = await runLoad<CallFailureResult>(...args);
    expect(stdout).toContain('silent p95 ms');
    const {silentMs, othersMs, notBack, endedMs} = result.subjects['parley']!;
    expect(silentMs.count).toBeGreaterThan(0);
    expect(silentMs.count + othersMs.count).toBe(12);
    expect(notBack).toBe(0);
    expect(endedMs.count).toBe(name.endsWith('drain') ? 1 : 0);
    expect(page).toContain('The longest silence');
    const {worker, home} = result.subjects;
    if (worker !== undefined) expect([worker.silentMs.count, worker.notBack]).toEqual([12, 0]);
    if (home === undefined) return;
    // [CALL36]: whom the other node carries is not touched.
    expect([home.silentMs.count, home.othersMs.count]).toEqual([12, 12]);
    expect([home.notBack, home.othersLost]).toEqual([0, 0]);
  },
);

test.concurrent(
  'call-resume brings peers back to the media that they left, at the same and at another node',
  async () => {
    const {stdout, result, page} = await runLoad<CallResumeResult>('call-resume', '--calls', '2', '--rounds', '2');
    expect(stdout).toContain('re-created');
    for (const {syncedMs, recreated} of Object.values(result.subjects)) {
      expect(syncedMs.count).toBe(8);
      expect(recreated).toBe(0);
    }
    expect(page).toContain('From the connection to knowing');
  },
);

test.concurrent(
  '[CALL71] call-ghosts sees who was killed or frozen marked and then gone, nobody twice, and who goes on come back',
  async () => {
    const {result, page} = await runLoad<CallGhostsResult>('call-ghosts', '--peers', '1', '--rounds', '1');
    for (const {markedMs, goneMs, doubles} of Object.values(result.subjects)) {
      expect([goneMs.count, doubles]).toEqual([1, 0]);
      expect(goneMs.max).toBeGreaterThan(markedMs.max);
      expect(goneMs.max).toBeGreaterThan(9_000);
    }
    expect(result.subjects['frozen']!.backMs.count).toBe(1);
    expect(page).toContain('the word that it is gone');
  },
);
