/** How many refusals in a row, in seconds' worth of the allowed rate, are taken for abuse. */
const abuseSeconds = 10;

export type Verdict =
  | {readonly verdict: 'pass'}
  | {readonly verdict: 'refuse'; readonly retryAfterMs: number}
  /** Refused again and again without a pause: the connection is not worth keeping. */
  | {readonly verdict: 'abuse'};

const pass: Verdict = {verdict: 'pass'};
const abuse: Verdict = {verdict: 'abuse'};

/**
 * A token bucket for the requests of one connection: `perSecond` on average, twice as many in a burst.
 *
 * A client that slows down is forgiven: refusals count only until the bucket has been full again.
 */
export class RequestRate {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;
  #refused = 0;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, perSecond * 2);
    this.#tokens = this.#burst;
    this.#filledAt = now;
  }

  ask(now: number): Verdict {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1_000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      if (this.#tokens === this.#burst) this.#refused = 0;
      this.#tokens -= 1;
      return pass;
    }
    this.#refused += 1;
    if (this.#refused > this.#perSecond * abuseSeconds) return abuse;
    return {verdict: 'refuse', retryAfterMs: Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000)};
  }
}
