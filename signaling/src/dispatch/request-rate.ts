import {TokenBucket, type BucketSize} from '../limits/token-bucket.js';

/** How many refusals in a row, in seconds' worth of the allowed rate, are taken for abuse. */
const abuseSeconds = 10;

export type RateVerdict =
  | {readonly verdict: 'pass'}
  | {readonly verdict: 'refuse'; readonly retryAfterMs: number}
  /** Refused again and again without a pause: the connection is not worth keeping. */
  | {readonly verdict: 'abuse'};

const pass: RateVerdict = {verdict: 'pass'};
const abuse: RateVerdict = {verdict: 'abuse'};

/**
 * The requests of one connection: so many per second on average, and a burst.
 *
 * A client that slows down is forgiven: refusals count only until the bucket has been full again.
 */
export class RequestRate {
  readonly #bucket: TokenBucket;
  readonly #size: BucketSize;
  #refused = 0;

  constructor(size: BucketSize) {
    this.#size = size;
    this.#bucket = new TokenBucket(size);
  }

  ask(now: number): RateVerdict {
    if (this.#refused > 0 && this.#bucket.isFull(now)) this.#refused = 0;
    const retryAfterMs = this.#bucket.take(now);
    if (retryAfterMs === 0) return pass;
    this.#refused += 1;
    return this.#refused > this.#size.perSecond * abuseSeconds ? abuse : {verdict: 'refuse', retryAfterMs};
  }
}
