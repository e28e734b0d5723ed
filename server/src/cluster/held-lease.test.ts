import type {Clock} from '@parley/signaling';
import {expect, test} from 'vitest';
import type {CommandLine} from './command-line.js';
import {HeldLease} from './held-lease.js';

test('[CALL2] a lease whose time is over is lost to whoever looks, though the timer of a frozen process is late', () => {
  let now = 1_000;
  const late = {cancel: () => undefined};
  const clock: Clock = {now: () => now, after: () => late, every: () => late};
  const ended: unknown[] = [];
  const lease = new HeldLease({
    name: 'call:lobby',
    fence: 1,
    key: 'lease',
    fenceKey: 'fence',
    fenceMs: 1,
    value: 'node token',
    line: {run: () => Promise.resolve(1)} as unknown as CommandLine,
    clock,
    leaseMs: 1_000,
    onEnd: (loss) => ended.push(loss),
  });
  lease.holdSince(now);
  now += 899;
  expect(lease.lost.aborted).toBe(false);
  now += 1;
  expect(lease.lost.aborted).toBe(true);
  expect(lease.lost.aborted).toBe(true);
  expect(ended).toEqual(['expired']);
});
