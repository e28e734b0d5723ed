import type {Clock} from '@parley/signaling';

/** `refused`: above the rate, and told so. `flood`: so far above that even telling costs too much. */
export type RateVerdict =
  {readonly verdict: 'passed'} | {readonly verdict: 'refused' | 'flood'; readonly retryAfterMs: number};

/** For how many seconds' worth of handshakes an address may come at once, after a deploy or behind one NAT. */
const burstSeconds = 10;
/** Addresses remembered; beyond it the longest known goes first, as if it had been quiet. */
const maxAddresses = 100_000;

/** Each connection that had to be closed for abuse halves the rate of its address, each such time without one doubles it again. */
const forgiveMs = 60_000;
/** Others may be behind the same address: they still get in, one after the other. */
const mostHalvings = 7;

interface Bucket {
  tokens: number;
  filledAt: number;
  offences: number;
  offendedAt: number;
}

const burstOf = (perSecond: number): number => Math.max(1, perSecond * burstSeconds);

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
    const bucket = this.#bucket(address);
    const perSecond = this.#rateOf(bucket);
    const burst = burstOf(perSecond);
    const passed = bucket.tokens >= 1;
    const flood = bucket.tokens <= -burst;
    if (!flood) bucket.tokens -= 1;
    if (passed) return {verdict: 'passed'};
    const retryAfterMs = Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000);
    return {verdict: flood ? 'flood' : 'refused', retryAfterMs};
  }

  /** A connection from there had to be closed for abuse. */
  offended(address: string): void {
    if (this.#perSecond === 0) return;
    const bucket = this.#bucket(address);
    bucket.offences = Math.min(mostHalvings, this.#halvings(bucket) + 1);
    bucket.offendedAt = this.#clock.now();
    bucket.tokens = Math.min(bucket.tokens, burstOf(this.#rateOf(bucket)));
  }

  #rateOf(bucket: Bucket): number {
    return this.#perSecond / 2 ** this.#halvings(bucket);
  }

  #halvings({offences, offendedAt}: Bucket): number {
    return Math.max(0, offences - Math.floor((this.#clock.now() - offendedAt) / forgiveMs));
  }

  #bucket(address: string): Bucket {
    const now = this.#clock.now();
    const known = this.#buckets.get(address);
    if (known !== undefined) {
      const perSecond = this.#rateOf(known);
      known.tokens = Math.min(burstOf(perSecond), known.tokens + ((now - known.filledAt) / 1_000) * perSecond);
      known.filledAt = now;
      return known;
    }
    if (this.#buckets.size >= maxAddresses) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const bucket = {tokens: burstOf(this.#perSecond), filledAt: now, offences: 0, offendedAt: now};
    this.#buckets.set(address, bucket);
    return bucket;
  }
}
