import type {UserId} from '@parley/protocol';
import {TokenBucket, type BucketSize} from '../limits/token-bucket.js';

interface Shared {
  readonly bucket: TokenBucket;
  sessions: number;
}

/**
 * One token bucket per user, for all of their sessions on this node.
 *
 * It is kept until it is full again after the last session has gone: a client that connects anew for every burst has
 * one burst all the same. A user of several nodes has one bucket on each; to share them would cost every request a round trip.
 */
export class UserRates {
  readonly #size: BucketSize;
  readonly #users = new Map<UserId, Shared>();
  /** Without a session, in the order of their going: all but the newest are full within the time of one burst. */
  readonly #idle = new Map<UserId, Shared>();

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** To be given back by `leave`. */
  join(user: UserId): TokenBucket {
    const known = this.#users.get(user) ?? this.#idle.get(user) ?? {bucket: new TokenBucket(this.#size), sessions: 0};
    this.#idle.delete(user);
    known.sessions += 1;
    this.#users.set(user, known);
    return known.bucket;
  }

  leave(user: UserId, now: number): void {
    const known = this.#users.get(user);
    if (known === undefined) return;
    known.sessions -= 1;
    if (known.sessions > 0) return;
    this.#users.delete(user);
    for (const [other, {bucket}] of this.#idle) {
      if (!bucket.isFull(now)) break;
      this.#idle.delete(other);
    }
    if (!known.bucket.isFull(now)) this.#idle.set(user, known);
  }

  /** Users that are remembered. */
  get size(): number {
    return this.#users.size + this.#idle.size;
  }
}
