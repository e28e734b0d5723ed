import {randomBytes} from 'node:crypto';
import type {Clock, Lease, Leases, Timer} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import {HeldLease} from './held-lease.js';
import type {Keys} from './keys.js';
import {integer, list, text} from './replies.js';
import {storeAway} from './redis-refusal.js';
import type {LeaseLoss, StoreObserver} from './store-observer.js';

/** How long the last fence of a lease is remembered; it rises without that too, as long as no clock is set back. */
const fenceMs = 24 * 3_600_000;

export interface RedisLeasesOptions {
  readonly node: string;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly observer: Pick<StoreObserver, 'leaseLost'>;
}

/**
 * Leases in Redis: a key that expires, renewed at a third of its time.
 *
 * A Redis that was restarted, or a replica that became the master, may have lost leases. Whoever holds one puts it back when
 * renewing it; for one lease's time nobody else is given any, so that none has two holders.
 */
export class RedisLeases implements Leases {
  readonly #options: RedisLeasesOptions;
  readonly #held = new Map<string, HeldLease>();
  /** One attempt per name at a time: the second of this node would take the first one's lease over. */
  readonly #acquiring = new Set<string>();
  readonly #renewal: Timer;

  constructor(options: RedisLeasesOptions) {
    this.#options = options;
    this.#renewal = options.clock.every(options.leaseMs / 3, () => {
      for (const lease of this.#held.values()) lease.renew();
    });
  }

  async acquire(name: string): Promise<Lease | {readonly heldBy: string}> {
    const {node} = this.#options;
    if (this.#held.has(name) || this.#acquiring.has(name)) return {heldBy: node};
    this.#acquiring.add(name);
    try {
      return await this.#acquire(name);
    } finally {
      this.#acquiring.delete(name);
    }
  }

  async holder(name: string): Promise<string | undefined> {
    const {line, keys} = this.#options;
    const value = await line.call('GET', keys.lease(name));
    return value === null ? undefined : text(value).split(' ')[0];
  }

  /** Gives up all. `loss`: because it must, as this node was taken for dead. */
  async releaseAll(loss?: LeaseLoss): Promise<void> {
    await Promise.all([...this.#held.values()].map((lease) => lease.release(loss)));
  }

  close(): void {
    this.#renewal.cancel();
    for (const lease of this.#held.values()) lease.end();
  }

  async #acquire(name: string): Promise<Lease | {readonly heldBy: string}> {
    const {node, line, keys, clock, leaseMs, observer} = this.#options;
    const token = randomBytes(9).toString('base64url');
    const askedAt = clock.now();
    // The server is another one than before and may have lost who holds what; holders put it back before their time is over.
    const changedAt = line.changedAt(keys.lease(name));
    if (changedAt > 0 && askedAt - changedAt < leaseMs) throw storeAway();
    const answer = list(
      await line.run('acquire-lease', [keys.lease(name), keys.fence(name)], [node, token, leaseMs, fenceMs]),
    );
    if (integer(answer[0]) === 0) return {heldBy: text(answer[1])};
    const lease = new HeldLease({
      name,
      fence: integer(answer[1]),
      value: `${node} ${token}`,
      key: keys.lease(name),
      fenceKey: keys.fence(name),
      fenceMs,
      line,
      clock,
      leaseMs,
      onEnd: (loss) => {
        if (this.#held.get(name) === lease) this.#held.delete(name);
        if (loss !== undefined) observer.leaseLost(name, loss);
      },
    });
    this.#held.set(name, lease);
    lease.holdSince(askedAt);
    // The answer took so long that the lease may be another's by now.
    if (lease.lost.aborted) throw storeAway();
    return lease;
  }
}
