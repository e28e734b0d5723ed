import type {Clock} from './ports.js';

/** Resolves when `deed` is settled, or after so many milliseconds, whichever is first; leaves no timer behind. */
export function within(clock: Clock, ms: number, deed: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    const done = (): void => {
      timer.cancel();
      resolve();
    };
    deed.then(done, done);
  });
}
