import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {AcceptRate} from './accept-rate.js';

/** Lets so many clients come at once, each again when it is told to; answers when each was taken in. */
function storm(rate: AcceptRate, clock: HandClock, clients: number): {takenAt: number[]; refusals: number} {
  const start = clock.now();
  const takenAt: number[] = [];
  let due = Array.from({length: clients}, () => 0);
  let refusals = 0;
  for (let ms = 0; due.length > 0; ms = Math.min(...due)) {
    clock.advance(start + ms - clock.now());
    const here = due.filter((at) => at <= ms);
    due = due.filter((at) => at > ms);
    for (const _ of here) {
      const retryAfterMs = rate.take();
      if (retryAfterMs === undefined) takenAt.push(ms);
      else due.push(ms + retryAfterMs);
      if (retryAfterMs !== undefined) refusals += 1;
    }
  }
  return {takenAt, refusals};
}

test('[CON14] of a thousand that come at once, no second sees more than the rate, and each is refused about once', () => {
  const clock = new HandClock();
  const {takenAt, refusals} = storm(new AcceptRate(100, clock), clock, 1_000);

  const inTheSecondFrom = (from: number): number => takenAt.filter((at) => at >= from && at < from + 1_000).length;
  expect(Math.max(...takenAt.map(inTheSecondFrom))).toBeLessThanOrEqual(100);
  expect(refusals).toBeLessThan(1_100);
  expect(takenAt.at(-1)).toBeLessThan(14_000);
});

test('[CON14] after a quiet time a burst is taken in again', () => {
  const clock = new HandClock();
  const rate = new AcceptRate(10, clock);
  const taken = (): number => Array.from({length: 10}, () => rate.take()).filter((wait) => wait === undefined).length;

  expect(taken()).toBe(2);
  clock.advance(60_000);
  expect(taken()).toBe(2);
});

test('[CON14] no appointment is later than half a minute, and 0 is no limit', () => {
  const rate = new AcceptRate(1, new HandClock());
  const waits = Array.from({length: 100}, () => rate.take() ?? 0);
  expect(Math.max(...waits)).toBe(30_000);

  const unlimited = new AcceptRate(0, new HandClock());
  expect(Array.from({length: 10_000}, () => unlimited.take()).every((wait) => wait === undefined)).toBe(true);
});
