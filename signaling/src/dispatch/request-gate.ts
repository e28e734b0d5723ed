import {LimitReached, type ErrorCode, type LimitName} from '@parley/protocol';
import type {HubLimits} from '../hub.js';
import {TokenBucket, type BucketSize} from '../limits/token-bucket.js';
import {RequestRate} from './request-rate.js';

/** What a client's own mistake is refused with: a client that works sends none of them, or few. */
const mistakes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['invalid_payload', 'unknown_request']);

/** How long to wait before another request has a chance, if too many are under way: about a round trip to the store. */
const busyRetryMs = 100;

export type GateVerdict =
  | {readonly verdict: 'pass'}
  | {readonly verdict: 'refuse'; readonly error: LimitReached}
  | {readonly verdict: 'abuse'; readonly limit: LimitName};

const pass: GateVerdict = {verdict: 'pass'};

/** Sizes of what every session of a node has of its own; made once. */
export interface GateSizes {
  readonly session: BucketSize;
  /** Undefined: mistakes are not limited. */
  readonly mistakes: BucketSize | undefined;
  readonly inFlight: number;
}

export const gateSizes = ({requestsPerSecond, requestsInFlight, invalidRequestsPerMinute}: HubLimits): GateSizes => ({
  session: {perSecond: requestsPerSecond, burst: requestsPerSecond * 2},
  mistakes:
    invalidRequestsPerMinute === 0
      ? undefined
      : {perSecond: invalidRequestsPerMinute / 60, burst: invalidRequestsPerMinute},
  inFlight: requestsInFlight,
});

/** Which requests of one connection are begun at all. */
export class RequestGate {
  readonly #sizes: GateSizes;
  readonly #rate: RequestRate;
  readonly #user: TokenBucket;
  /** Made with the first mistake: most clients make none. */
  #mistakes: TokenBucket | undefined;
  #inFlight = 0;

  /** @param user the bucket of the session's user, shared by all of their sessions */
  constructor(sizes: GateSizes, user: TokenBucket) {
    this.#sizes = sizes;
    this.#rate = new RequestRate(sizes.session);
    this.#user = user;
  }

  /** Requests that passed and are not answered yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Every request that passes must be followed by `answered`, once. */
  ask(now: number): GateVerdict {
    const rate = this.#rate.ask(now);
    switch (rate.verdict) {
      case 'abuse':
        return {verdict: 'abuse', limit: 'request_abuse'};
      case 'refuse':
        return {verdict: 'refuse', error: new LimitReached('session_requests', rate)};
      case 'pass':
    }
    const retryAfterMs = this.#user.take(now);
    if (retryAfterMs > 0) return {verdict: 'refuse', error: new LimitReached('user_requests', {retryAfterMs})};
    if (this.#inFlight >= this.#sizes.inFlight) {
      return {verdict: 'refuse', error: new LimitReached('requests_in_flight', {retryAfterMs: busyRetryMs})};
    }
    this.#inFlight += 1;
    return pass;
  }

  /** The limit that the answer passed, if the connection should not be kept for it. */
  answered(code: ErrorCode | 'ok', now: number): LimitName | undefined {
    this.#inFlight -= 1;
    const {mistakes: size} = this.#sizes;
    if (code === 'ok' || size === undefined || !mistakes.has(code)) return undefined;
    this.#mistakes ??= new TokenBucket(size);
    return this.#mistakes.take(now) > 0 ? 'invalid_requests' : undefined;
  }
}
