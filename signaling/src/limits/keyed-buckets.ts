import {TokenBucket, type BucketSize} from './token-bucket.js';

/** A token bucket per key, for as long as it is not full: as many are kept as keys were used within the time of one burst. */
export class KeyedBuckets<Key> {
  readonly #size: BucketSize;
  /** In the order of their last use. */
  readonly #buckets = new Map<Key, TokenBucket>();

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** See {@link TokenBucket.take}. */
  take(key: Key, now: number, count?: number): number {
    for (const [idle, bucket] of this.#buckets) {
      if (!bucket.isFull(now)) break;
      this.#buckets.delete(idle);
    }
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#size);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    return bucket.take(now, count);
  }

  get size(): number {
    return this.#buckets.size;
  }
}
