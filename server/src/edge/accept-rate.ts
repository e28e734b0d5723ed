import type {Clock} from '@parley/signaling';

/** Of what is taken in a second: so much may come at once, the rest is taken in evenly. */
const atOnce = 0.2;
/** The latest appointment; who is refused while all earlier ones are given comes then, with all others like it. */
const longestMs = 30_000;

/**
 * How fast a node takes clients in, whoever they are.
 *
 * Guarantee: never more than `perSecond` within any second. Whoever is refused is given an appointment of its own, one
 * after the other at the pace at which they can be taken in: thousands that lost their node at one moment come back in
 * a row, and each is refused about once.
 */
export class AcceptRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #burst: number;
  /** Taken in per millisecond. */
  readonly #pace: number;
  #tokens: number;
  #filledAt: number;
  #nextAppointmentAt = 0;

  /** @param perSecond 0: not limited */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#burst = Math.max(1, perSecond * atOnce);
    this.#pace = Math.max(1, perSecond - this.#burst) / 1_000;
    this.#tokens = this.#burst;
    this.#filledAt = clock.now();
  }

  /** Undefined if the handshake is taken in, otherwise in how many milliseconds it should be tried again. */
  take(): number | undefined {
    if (this.#perSecond === 0) return undefined;
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#pace);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return undefined;
    }
    const latest = now + longestMs;
    this.#nextAppointmentAt = Math.min(latest, Math.max(now, this.#nextAppointmentAt) + 1 / this.#pace);
    return Math.ceil(this.#nextAppointmentAt - now);
  }
}
