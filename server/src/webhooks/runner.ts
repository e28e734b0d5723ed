import type {Store} from '@parley/signaling';
import {DeliveryRun, type DeliveryRunOptions} from './delivery-run.js';
import {LeasedRuns} from './leased-runs.js';
import {Sender} from './sender.js';

export interface RunnerOptions extends Omit<DeliveryRunOptions, 'sender' | 'signal' | 'feeds' | 'outbox'> {
  readonly store: Pick<Store, 'feeds' | 'outbox' | 'leases' | 'bus' | 'available'>;
}

/** Has one receiver told, on whichever node of the cluster holds the receiver's lease. */
export class Runner {
  readonly #sender: Sender;
  readonly #runs: LeasedRuns<DeliveryRun>;
  #closed = false;

  constructor({store, ...options}: RunnerOptions) {
    const {clock, receiver} = options;
    const {feeds, outbox, bus} = store;
    const sender = new Sender(receiver, clock);
    this.#sender = sender;
    this.#runs = new LeasedRuns({
      lease: `webhook:${receiver.name}`,
      store,
      clock,
      begin: (signal) => {
        const run = new DeliveryRun({...options, feeds, outbox, sender, signal});
        void run.sweep();
        return run;
      },
    });
    bus.onNodeGone(() => {
      if (!this.#closed) void this.#runs.run?.sweep();
    });
  }

  /** Something was queued by this node. */
  wake(): void {
    this.#runs.run?.fill();
  }

  /** What is underway is broken off, and told again by the node that goes on. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#runs.close();
    this.#sender.close();
  }
}
