import type {Clock, Timer} from '../ports.js';

const firstMs = 1_000;
const longestMs = 15_000;

/** Tries later what could not be done, at longer and longer intervals while it cannot. */
export class SecondTry {
  readonly #clock: Clock;
  readonly #deed: () => void;
  #timer: Timer | undefined;
  #waitMs = firstMs;

  constructor(clock: Clock, deed: () => void) {
    this.#clock = clock;
    this.#deed = deed;
  }

  soon(): void {
    this.#timer ??= this.#clock.after(this.#waitMs, () => {
      this.#timer = undefined;
      this.#waitMs = Math.min(this.#waitMs * 2, longestMs);
      this.#deed();
    });
  }

  /** It could be done. */
  succeeded(): void {
    this.#waitMs = firstMs;
  }

  close(): void {
    this.#timer?.cancel();
  }
}
