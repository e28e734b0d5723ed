import type {Clock, Timer} from '../../src/clock.js';

/** Lets everything that is ready run: promises, and what they lead to. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const patienceMs = 5_000;

/** Waits for a condition that needs none of the clock's time to pass, only turns of the event loop: however slow they are. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    if (condition()) return;
    await settle();
  }
  throw new Error(`${what} never came true`);
}

/** A clock that stands still until a test turns it. What waits for no time at all runs in the next turn of the event loop. */
export class HandTurnedClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #timers = new Set<{readonly dueAt: number; readonly callback: () => void}>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = {dueAt: this.#now + delayMs, callback};
    this.#timers.add(timer);
    if (delayMs === 0) {
      setImmediate(() => {
        if (this.#timers.delete(timer)) callback();
      });
    }
    return {cancel: () => void this.#timers.delete(timer)};
  }

  /** Running timers. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Turns the clock, timer by timer, and lets each have its consequences before the next. */
  async turn(byMs: number): Promise<void> {
    const end = this.#now + byMs;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt);
      if (!next || next.dueAt > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}
