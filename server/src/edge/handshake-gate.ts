import {LimitReached, ParleyError, type LimitName, type RefusingLimit} from '@parley/protocol';
import type {AcceptRate} from './accept-rate.js';
import type {HandshakeRate} from './handshake-rate.js';
import type {Origins} from './origins.js';
import type {RequestSnapshot} from './request-snapshot.js';

/** How far above the limit of connections handshakes are still told so by name; beyond it they are only turned away. */
const courtesyConnections = 500;
const overloadedRetryAfterMs = 5_000;
const drainingRetryAfterMs = 1_000;

export interface HandshakeGateOptions {
  readonly origins: Origins;
  /** Of each address. */
  readonly rate: HandshakeRate;
  /** Of this node. */
  readonly accepts: AcceptRate;
  readonly maxConnections: number;
  /** Engine.IO connections at this moment. */
  readonly connections: () => number;
  /** A handshake was told to come back later, because the node takes in so many at a time. */
  readonly onDeferred?: (() => void) | undefined;
  readonly onLimit: (limit: LimitName) => void;
}

/** Turned away before any connection exists: a plain HTTP answer is all that it costs. */
export interface TurnedAway {
  readonly status: '429 Too Many Requests' | '503 Service Unavailable';
  readonly retryAfterMs: number;
}

/**
 * Decides about a handshake from its first request alone, before a token is looked at.
 *
 * A refusal is normally carried on: the connection is made, and the client is told the code by `connect_error`, which
 * a bare HTTP status would hide from it. Only a flood is turned away at the door.
 */
export class HandshakeGate {
  readonly #options: HandshakeGateOptions;
  #draining = false;

  constructor(options: HandshakeGateOptions) {
    this.#options = options;
  }

  /** From now on handshakes are refused with `draining`. */
  drain(): void {
    this.#draining = true;
  }

  /** Leaves its refusal, if any, in the request. */
  judge(request: RequestSnapshot, address: string): TurnedAway | undefined {
    const {origins, rate, maxConnections, connections, onLimit} = this.#options;
    const rated = rate.take(address);
    if (rated.verdict === 'flood') return this.#flood(rated.retryAfterMs);
    const excess = connections() - maxConnections;
    if (excess >= courtesyConnections) {
      onLimit('connections');
      return {status: '503 Service Unavailable', retryAfterMs: overloadedRetryAfterMs};
    }
    if (!origins.allow(request.getHeader('origin'), request.getHeader('host'))) {
      request.refusal = new ParleyError('origin_forbidden');
    } else if (this.#draining) {
      request.refusal = new ParleyError('draining', {retryAfterMs: drainingRetryAfterMs});
    } else if (excess >= 0) {
      request.refusal = this.#limit('connections', overloadedRetryAfterMs);
    } else if (rated.verdict === 'refused') {
      request.refusal = this.#limit('handshakes', rated.retryAfterMs);
    } else this.#defer(request);
    return undefined;
  }

  /** Asked last: who is refused for another reason takes nobody's turn. */
  #defer(request: RequestSnapshot): void {
    const {accepts, onDeferred} = this.#options;
    const retryAfterMs = accepts.take();
    if (retryAfterMs === undefined) return;
    request.refusal = this.#limit('accepts', retryAfterMs);
    onDeferred?.();
  }

  /** A request of a connection that does not exist: who sends many of them finds the door closed too. */
  judgeStray(address: string): TurnedAway | undefined {
    const rated = this.#options.rate.take(address);
    return rated.verdict === 'flood' ? this.#flood(rated.retryAfterMs) : undefined;
  }

  #flood(retryAfterMs: number): TurnedAway {
    this.#options.onLimit('handshakes');
    return {status: '429 Too Many Requests', retryAfterMs};
  }

  #limit(limit: RefusingLimit, retryAfterMs: number): LimitReached {
    this.#options.onLimit(limit);
    return new LimitReached(limit, {retryAfterMs});
  }
}
