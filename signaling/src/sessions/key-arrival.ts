import type {Clock, Timer} from '../ports.js';

/**
 * Finds out that the client of a resumed session has got its new key: by its first request, which follows
 * `session.ready`, or, of one that asks nothing, by its being connected still when it must have answered a ping that
 * followed it.
 */
export class KeyArrival {
  readonly #onArrived: () => void;
  readonly #timer: Timer;
  #open = true;

  constructor(clock: Clock, {intervalMs, timeoutMs}: {intervalMs: number; timeoutMs: number}, onArrived: () => void) {
    this.#onArrived = onArrived;
    // An older ping may be answered after one timeout, the next is sent an interval later, and answered after another.
    this.#timer = clock.after(intervalMs + 2 * timeoutMs, () => {
      this.shown();
    });
  }

  shown(): void {
    if (!this.#open) return;
    this.end();
    this.#onArrived();
  }

  /** The connection is gone; whether the key arrived is not known. Idempotent. */
  end(): void {
    this.#open = false;
    this.#timer.cancel();
  }
}
