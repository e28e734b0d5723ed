import {callData as wire, ParleyError} from '@parley/protocol';
import type {Clock} from '../clock.js';

const {bytesPerSecond, messagesPerSecond, burstSeconds} = wire.dataLimits;
/** Less than the server's, which also sees at once what the network held back. */
const burstMs = (burstSeconds * 1_000) / 2;

/** Keeps what is sent on all channels within what the server allows, because it closes them all otherwise. */
export class DataPace {
  readonly #clock: Clock;
  #bytesFullAt = 0;
  #messagesFullAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws ParleyError `rate_limited` with the time after which the same message may be sent. */
  take(bytes: number): void {
    const now = this.#clock.now();
    const bytesFullAt = Math.max(now, this.#bytesFullAt) + (bytes / bytesPerSecond) * 1_000;
    const messagesFullAt = Math.max(now, this.#messagesFullAt) + 1_000 / messagesPerSecond;
    const retryAfterMs = Math.ceil(Math.max(bytesFullAt, messagesFullAt) - now - burstMs);
    if (retryAfterMs > 0) throw new ParleyError('rate_limited', {retryAfterMs});
    this.#bytesFullAt = bytesFullAt;
    this.#messagesFullAt = messagesFullAt;
  }
}
