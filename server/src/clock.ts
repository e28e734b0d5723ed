import type {Clock, Timer} from '@parley/signaling';

/** The longest delay that Node's timers take; longer ones are made of several. */
const longestMs = 2 ** 31 - 1;

const now = (): number => Math.floor(performance.timeOrigin + performance.now());

/**
 * The process's clock. Its time follows the monotonic clock from the wall-clock time of the process's start, so that a
 * step of the wall clock neither fires timers early nor freezes rate limits. Once `signal` aborts no timer fires.
 */
export function createClock(signal?: AbortSignal): Clock {
  const timers = new Set<SystemTimer>();
  signal?.addEventListener(
    'abort',
    () => {
      for (const timer of timers) timer.cancel();
    },
    {once: true},
  );
  const begin = (timer: SystemTimer): Timer => {
    if (signal?.aborted !== true) timer.begin();
    return timer;
  };
  return {
    now,
    after: (delayMs, callback) => begin(new SystemTimer(timers, delayMs, callback, false)),
    every: (intervalMs, callback) => begin(new SystemTimer(timers, intervalMs, callback, true)),
  };
}

class SystemTimer implements Timer {
  readonly #running: Set<SystemTimer>;
  readonly #delayMs: number;
  readonly #callback: () => void;
  readonly #repeats: boolean;
  #dueAt = 0;
  #handle: NodeJS.Timeout | undefined;

  constructor(running: Set<SystemTimer>, delayMs: number, callback: () => void, repeats: boolean) {
    this.#running = running;
    this.#delayMs = Math.max(0, delayMs);
    this.#callback = callback;
    this.#repeats = repeats;
  }

  begin(): void {
    this.#running.add(this);
    this.#dueAt = now() + this.#delayMs;
    this.#wait();
  }

  cancel(): void {
    // Node keeps a list of timers for each delay, and drops that of the last timer which is cleared only if it was
    // referenced: otherwise an hour's delay, never twice the same to the millisecond, leaves one behind for the hour.
    clearTimeout(this.#handle?.ref());
    this.#running.delete(this);
  }

  /** Node's timers end up to a millisecond before their time by this clock: the rest is waited for too. */
  #wait(): void {
    // Its time may have come since it was looked at: Node warns of a delay below 0.
    const stepMs = Math.min(Math.max(0, this.#dueAt - now()), longestMs);
    this.#handle = setTimeout(() => {
      if (now() < this.#dueAt) this.#wait();
      else this.#fire();
    }, stepMs).unref();
  }

  #fire(): void {
    if (this.#repeats) this.begin();
    else this.#running.delete(this);
    this.#callback();
  }
}
