/** How fast a bucket fills, and how much it holds. */
export interface BucketSize {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket that is full to begin with. All that it keeps is the moment at which it will be full again, so that
 * one may be had for every connection.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  #fullAt = 0;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** Takes `count` and gives 0, or takes nothing and gives the milliseconds after which there will be enough. */
  take(now: number, count = 1): number {
    const {perSecond, burst} = this.#size;
    const fullAt = Math.max(now, this.#fullAt) + (count / perSecond) * 1_000;
    const waitMs = fullAt - now - (burst / perSecond) * 1_000;
    // What is off by a rounding error is not waited for.
    if (waitMs > 1e-6) return Math.ceil(waitMs);
    this.#fullAt = fullAt;
    return 0;
  }

  isFull(now: number): boolean {
    return this.#fullAt <= now;
  }
}
