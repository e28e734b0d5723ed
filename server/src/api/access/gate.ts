import {LimitReached, ParleyError} from '@parley/protocol';
import {KeyedBuckets, type Clock} from '@parley/signaling';
import {bearer} from './bearer.js';
import type {Caller} from './caller.js';

/** Where keys are looked up. */
export interface KeyRing {
  /**
   * Whose key it is; undefined if there is none, or it is good no more. Rejects with `bad_api_key` if it can be said what is wrong
   * with it, with `unavailable` if that cannot be known.
   */
  identify(presented: string): Promise<Caller | undefined>;
}

export interface GateOptions {
  readonly keys: KeyRing;
  /** By one address without a key: a fiftieth of it. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
}

/** Of the requests that a key may make, the part that an address may make without one: enough to find a typing error. */
const strangersPart = 1 / 50;

/**
 * Lets callers with a good key in, each up to its rate, whatever the door that they come through.
 *
 * Attempts without a key are counted by address, so that keys cannot be guessed at speed. Counts are this node's own.
 */
export class Gate {
  readonly #keys: KeyRing;
  readonly #clock: Clock;
  readonly #strangers: KeyedBuckets<string>;
  /** By the rate that they allow. */
  readonly #callers = new Map<number, KeyedBuckets<string>>();

  constructor({keys, requestsPerSecond, clock}: GateOptions) {
    this.#keys = keys;
    this.#clock = clock;
    const perSecond = Math.max(1, Math.floor(requestsPerSecond * strangersPart));
    this.#strangers = new KeyedBuckets({perSecond, burst: perSecond});
  }

  /** Who presents an `Authorization` header. Rejects with `bad_api_key`, or `rate_limited` with the time to wait. */
  async admit(authorization: string | undefined, address: string): Promise<Caller> {
    let caller: Caller | undefined;
    let refusal: unknown = new ParleyError('bad_api_key');
    try {
      caller = await this.identify(authorization);
    } catch (thrown) {
      refusal = thrown;
    }
    const waitMs = caller === undefined ? this.#strangers.take(address, this.#clock.now()) : this.pace(caller);
    if (waitMs > 0) throw new LimitReached('api_requests', {retryAfterMs: waitMs});
    if (caller === undefined) throw refusal;
    return caller;
  }

  /** Who presents it, without counting that they do. */
  async identify(authorization: string | undefined): Promise<Caller | undefined> {
    const presented = bearer(authorization);
    return presented === undefined ? undefined : this.#keys.identify(presented);
  }

  /** Counts one more request of a caller: 0, or the milliseconds to wait before it may be made. */
  pace(caller: Caller): number {
    const {name, requestsPerSecond: perSecond} = caller;
    let buckets = this.#callers.get(perSecond);
    if (buckets === undefined) {
      buckets = new KeyedBuckets({perSecond, burst: perSecond});
      this.#callers.set(perSecond, buckets);
    }
    return buckets.take(name, this.#clock.now());
  }
}
