import type {Clock, Timer} from '../clock.js';

/**
 * Begins something at once, or in the next turn of the event loop: whoever is being handed the thing can listen to it by
 * then.
 */
export class LateStart {
  readonly #clock: Clock;
  #waiting: {readonly timer: Timer; readonly begin: () => void} | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** In the place of what waits, if something does. */
  begin(later: boolean, begin: () => void): void {
    this.cancel();
    if (later) this.#waiting = {begin, timer: this.#clock.after(0, this.now)};
    else begin();
  }

  /** Begins what waits. */
  readonly now = (): void => {
    const waiting = this.#waiting;
    this.cancel();
    waiting?.begin();
  };

  cancel(): void {
    this.#waiting?.timer.cancel();
    this.#waiting = undefined;
  }
}
