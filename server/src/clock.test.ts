import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createClock} from './clock.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('callbacks come in the order of their times, never within the call, and not after a cancel', () => {
  const clock = createClock();
  const seen: string[] = [];
  clock.after(20, () => seen.push('later'));
  clock.after(0, () => seen.push('soon'));
  clock.after(10, () => seen.push('never')).cancel();
  const often = clock.every(15, () => seen.push('often'));
  expect(seen).toEqual([]);

  vi.advanceTimersByTime(46);
  often.cancel();
  often.cancel();
  vi.advanceTimersByTime(100);

  expect(seen).toEqual(['soon', 'often', 'later', 'often', 'often']);
});

test('a repeating timer may cancel itself', () => {
  const clock = createClock();
  let count = 0;
  const timer = clock.every(10, () => {
    count += 1;
    if (count === 2) timer.cancel();
  });
  vi.advanceTimersByTime(100);
  expect(count).toBe(2);
});

test('a time that has come while the timer was begun is no delay below nothing', () => {
  const delays = vi.spyOn(globalThis, 'setTimeout');
  const start = performance.now();
  let reads = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => start + 5 * reads++);
  createClock().after(1, () => undefined);

  expect(delays.mock.calls.map(([, delayMs]) => delayMs)).toEqual([0]);
});

test('timers die with the signal', () => {
  const over = new AbortController();
  const clock = createClock(over.signal);
  let fired = 0;
  clock.after(10, () => (fired += 1));
  clock.every(10, () => (fired += 1));
  over.abort();
  clock.after(10, () => (fired += 1));
  vi.advanceTimersByTime(100);
  expect(fired).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('delays beyond what Node can take are waited for in full', () => {
  const clock = createClock();
  const days = 24 * 3_600_000;
  let fired = 0;
  clock.after(60 * days, () => (fired += 1));
  vi.advanceTimersByTime(59 * days);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(2 * days);
  expect(fired).toBe(1);
});

test('time does not go back when the wall clock does', () => {
  vi.useRealTimers();
  const clock = createClock();
  const before = clock.now();
  vi.useFakeTimers({toFake: ['Date'], now: 0});
  expect(clock.now()).toBeGreaterThanOrEqual(before);
});

test('no timer fires before its time by the clock itself, which Node’s own may do by a moment', async () => {
  vi.useRealTimers();
  const clock = createClock();
  const early: number[] = [];
  await Promise.all(
    Array.from(
      {length: 3_000},
      (_, index) =>
        new Promise<void>((resolve) => {
          const delayMs = 1 + (index % 40);
          const begin = (): void => {
            const dueAt = clock.now() + delayMs;
            clock.after(delayMs, () => {
              if (clock.now() < dueAt) early.push(delayMs);
              resolve();
            });
          };
          // Begun at every fraction of a millisecond.
          setTimeout(begin, index % 60);
        }),
    ),
  );
  expect(early).toEqual([]);
});
