import type {Clock, Lease, Store, Timer} from '@parley/signaling';

/** How often the queue is looked at, and the lease asked for. */
const tickMs = 250;
const askLeaseTicks = 4;

export interface LeasedRunsOptions<Run> {
  readonly lease: string;
  readonly store: Pick<Store, 'leases' | 'available'>;
  readonly clock: Clock;
  /** The signal aborts when another node may be at it. */
  readonly begin: (signal: AbortSignal) => Run;
}

/** Has a queue emptied on whichever node of the cluster holds its lease. */
export class LeasedRuns<Run extends {fill(): void}> {
  readonly #options: LeasedRunsOptions<Run>;
  readonly #timer: Timer;
  readonly #closing = new AbortController();
  #held: {readonly lease: Lease; readonly run: Run} | undefined;
  #asking: Promise<void> | undefined;
  #ticks = 0;

  constructor(options: LeasedRunsOptions<Run>) {
    this.#options = options;
    this.#timer = options.clock.every(tickMs, () => {
      this.#tick();
    });
  }

  /** If this node is at it. */
  get run(): Run | undefined {
    return this.#held?.run;
  }

  /** What is underway is broken off, and done again by the node that goes on. Idempotent. */
  async close(): Promise<void> {
    this.#timer.cancel();
    this.#closing.abort();
    await this.#asking;
    const lease = this.#held?.lease;
    this.#held = undefined;
    await lease?.release().catch(() => undefined);
  }

  #tick(): void {
    if (this.#held !== undefined && !this.#held.lease.lost.aborted) {
      this.#held.run.fill();
      return;
    }
    this.#held = undefined;
    this.#ticks += 1;
    if (!this.#options.store.available || this.#ticks % askLeaseTicks !== 1) return;
    this.#asking ??= this.#begin()
      // The store went away: asked again.
      .catch(() => undefined)
      .finally(() => {
        this.#asking = undefined;
      });
  }

  async #begin(): Promise<void> {
    const {store, begin, lease: name} = this.#options;
    const lease = await store.leases.acquire(name);
    if ('heldBy' in lease) return;
    if (this.#closing.signal.aborted) {
      await lease.release();
      return;
    }
    const run = begin(AbortSignal.any([lease.lost, this.#closing.signal]));
    this.#held = {lease, run};
    run.fill();
  }
}
