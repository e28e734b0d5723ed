import type {LimitName} from '@parley/protocol';
import {KeyedBuckets, type Clock} from '@parley/signaling';

/** A frame costs more than its bytes: without that, empty ones would be free. */
const frameBytes = 1_024;
const burstSeconds = 8;

export interface InboundRateOptions {
  readonly clock: Clock;
  readonly bytesPerSecond: number;
  readonly onLimit: (limit: LimitName) => void;
}

/**
 * What each connection may send, before anything of it is looked at: to decode a frame costs more than to send it.
 *
 * Well above the rate of requests, so that who only asks too fast is refused by name and not cut off.
 */
export class InboundRate<Key> {
  readonly #clock: Clock;
  readonly #buckets: KeyedBuckets<Key>;
  readonly #onLimit: InboundRateOptions['onLimit'];

  constructor({clock, bytesPerSecond, onLimit}: InboundRateOptions) {
    this.#clock = clock;
    this.#buckets = new KeyedBuckets({perSecond: bytesPerSecond, burst: bytesPerSecond * burstSeconds});
    this.#onLimit = onLimit;
  }

  /** False if it is too much. */
  take(connection: Key, bytes: number): boolean {
    if (this.#buckets.take(connection, this.#clock.now(), bytes + frameBytes) === 0) return true;
    this.#onLimit('inbound');
    return false;
  }
}
