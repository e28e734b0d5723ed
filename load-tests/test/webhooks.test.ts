import {expect, test} from 'vitest';
import type {WebhooksResult} from '../src/scenarios/webhooks.js';
import {runLoad} from './run-load.js';

test('[HOOK3] [HOOK4] [HOOK5] webhooks: receivers that were down, slow or wrong while a node was killed have everything, in order', async () => {
  const times = ['--seconds', '1', '--down', '4', '--slow', '300'];
  const {result, stdout, page} = await runLoad<WebhooksResult>('webhooks', ...times);
  const {subjects, healthy} = result;
  expect(Object.keys(subjects)).toEqual(['healthy', 'down', 'slow', 'wrong']);
  for (const [name, {events, ...rest}] of Object.entries(subjects)) {
    expect(rest, name).toMatchObject({missing: 0, outOfOrder: 0, gaps: 0, unverified: 0});
    expect(events, name).toBeGreaterThan(150);
  }
  // They were what they are called: what is given up is that of the wrong one alone.
  const {down, slow, wrong} = subjects;
  expect(wrong?.parked).toBeGreaterThan(0);
  expect([subjects['healthy']?.parked, down?.parked, slow?.parked]).toEqual([0, 0, 0]);
  expect(slow?.latencyMs.bad.p50).toBeGreaterThan(300);
  expect(down?.latencyMs.bad.p50).toBeGreaterThan(1_000);
  for (const ratio of [healthy.p50, healthy.p99]) expect(ratio).toBeGreaterThan(0);
  expect(stdout).toMatch(/^healthy: p50 [\d.]+ × and p99 [\d.]+ × of before the others were bad$/m);
  expect(page).toContain('Events that wait for each receiver');
});
