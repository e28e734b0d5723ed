import type {Lease, Store, Timer} from '@parley/signaling';
import {DeliveryRun, type DeliveryRunOptions} from './delivery-run.js';
import {Sender} from './sender.js';

/** How often the queue is looked at, and the lease asked for. */
const tickMs = 250;
const askLeaseTicks = 4;

export interface RunnerOptions extends Omit<DeliveryRunOptions, 'sender' | 'signal' | 'feeds' | 'outbox'> {
  readonly store: Pick<Store, 'feeds' | 'outbox' | 'leases' | 'bus' | 'available'>;
}

/** Has one receiver told, on whichever node of the cluster holds the receiver's lease. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #sender: Sender;
  readonly #timer: Timer;
  readonly #closing = new AbortController();
  #run: {readonly lease: Lease; readonly delivery: DeliveryRun} | undefined;
  #asking: Promise<void> | undefined;
  #ticks = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const {clock, receiver, store} = options;
    this.#sender = new Sender(receiver, clock);
    this.#timer = clock.every(tickMs, () => {
      this.#tick();
    });
    store.bus.onNodeGone(() => {
      if (!this.#closing.signal.aborted) void this.#run?.delivery.sweep();
    });
  }

  /** Something was queued by this node. */
  wake(): void {
    this.#run?.delivery.fill();
  }

  /** What is underway is broken off, and told again by the node that goes on. Idempotent. */
  async close(): Promise<void> {
    this.#timer.cancel();
    this.#closing.abort();
    await this.#asking;
    const lease = this.#run?.lease;
    this.#run = undefined;
    await lease?.release().catch(() => undefined);
    this.#sender.close();
  }

  #tick(): void {
    if (this.#run !== undefined && !this.#run.lease.lost.aborted) {
      this.#run.delivery.fill();
      return;
    }
    this.#run = undefined;
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
    const {store, ...options} = this.#options;
    const lease = await store.leases.acquire(`webhook:${options.receiver.name}`);
    if ('heldBy' in lease) return;
    if (this.#closing.signal.aborted) {
      await lease.release();
      return;
    }
    const delivery = new DeliveryRun({
      ...options,
      feeds: store.feeds,
      outbox: store.outbox,
      sender: this.#sender,
      signal: AbortSignal.any([lease.lost, this.#closing.signal]),
    });
    this.#run = {lease, delivery};
    delivery.fill();
    void delivery.sweep();
  }
}
