import type {Clock} from '../clock.js';
import type {Pace} from './room-events.js';

/** When this user may write to a room again, as far as the server has said. */
export class OwnPace {
  readonly #clock: Clock;
  readonly #onChange: (pace: Pace) => void;
  #now: Pace = {slowModeMs: 0, nextAt: 0};

  constructor(clock: Clock, onChange: (pace: Pace) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get now(): Pace {
    return this.#now;
  }

  /** Nobody waits longer than the slow mode of now, however long it was before. */
  readonly setSlowMode = (slowModeMs: number): void => {
    this.#set({slowModeMs, nextAt: Math.min(this.#now.nextAt, this.#clock.now() + slowModeMs)});
  };

  readonly wait = (waitMs: number): void => {
    this.#set({...this.#now, nextAt: this.#clock.now() + waitMs});
  };

  #set(pace: Pace): void {
    if (pace.slowModeMs === this.#now.slowModeMs && pace.nextAt === this.#now.nextAt) return;
    this.#now = pace;
    this.#onChange(pace);
  }
}
