import type {Clock} from '@parley/signaling';

/** `refused`: above the rate, and told so. `flood`: so far above that even telling costs too much. */
export type RateVerdict =
  {readonly verdict: 'passed'} | {readonly verdict: 'refused' | 'flood'; readonly retryAfterMs: number};

/** For how many seconds' worth of handshakes an address may come at once, after a deploy or behind one NAT. */
const burstSeconds = 10;
/** Addresses remembered; beyond it the longest known goes first, as if it had been quiet. */
const maxAddresses = 100_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket per client address. Refused handshakes are charged too, down to a debt of one burst. */
export class HandshakeRate {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perSecond 0: not limited */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  take(address: string): RateVerdict {
    if (this.#perSecond === 0) return {verdict: 'passed'};
    const burst = this.#perSecond * burstSeconds;
    const bucket = this.#bucket(address, burst);
    const passed = bucket.tokens >= 1;
    const flood = bucket.tokens <= -burst;
    if (!flood) bucket.tokens -= 1;
    if (passed) return {verdict: 'passed'};
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) / this.#perSecond) * 1_000);
    return {verdict: flood ? 'flood' : 'refused', retryAfterMs};
  }

  #bucket(address: string, burst: number): Bucket {
    const now = this.#clock.now();
    const known = this.#buckets.get(address);
    if (known !== undefined) {
      known.tokens = Math.min(burst, known.tokens + ((now - known.filledAt) / 1_000) * this.#perSecond);
      known.filledAt = now;
      return known;
    }
    if (this.#buckets.size >= maxAddresses) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const bucket = {tokens: burst, filledAt: now};
    this.#buckets.set(address, bucket);
    return bucket;
  }
}
