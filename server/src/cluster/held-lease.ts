import type {Clock, Lease, Timer} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import {integer} from './replies.js';
import type {LeaseLoss} from './store-observer.js';

export interface HeldLeaseOptions {
  readonly name: string;
  readonly fence: number;
  readonly key: string;
  readonly fenceKey: string;
  /** For how long the store remembers the last fence. */
  readonly fenceMs: number;
  /** What is in the store while it is ours. */
  readonly value: string;
  readonly line: CommandLine;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** It is not held any more. With a reason, if that was not the holder's own wish. */
  readonly onEnd: (loss: LeaseLoss | undefined) => void;
}

/**
 * A lease that this node holds. It counts its time from before the store was asked, by the node's own clock, and gives
 * itself up a tenth early: so `lost` is aborted before the store can give it to another.
 */
export class HeldLease implements Lease {
  readonly name: string;
  readonly fence: number;
  readonly #options: HeldLeaseOptions;
  readonly #lost = new AbortController();
  #endsAt = Number.POSITIVE_INFINITY;
  #end: Timer | undefined;

  constructor(options: HeldLeaseOptions) {
    this.name = options.name;
    this.fence = options.fence;
    this.#options = options;
  }

  /** Looks at the clock: where the process was frozen, what came over the network is handled before the timer that is due. */
  get lost(): AbortSignal {
    if (this.#options.clock.now() >= this.#endsAt) this.end('expired');
    return this.#lost.signal;
  }

  /** The store granted or renewed it when asked at that time. */
  holdSince(askedAt: number): void {
    const {clock, leaseMs} = this.#options;
    this.#end?.cancel();
    this.#endsAt = askedAt + leaseMs * 0.9;
    const remainingMs = this.#endsAt - clock.now();
    if (remainingMs <= 0) this.end('expired');
    else
      this.#end = clock.after(remainingMs, () => {
        this.end('expired');
      });
  }

  renew(): void {
    const {line, key, fenceKey, value, clock, leaseMs, fence, fenceMs} = this.#options;
    const askedAt = clock.now();
    line.run('renew-lease', [key, fenceKey], [value, leaseMs, fence, fenceMs]).then(
      (answer) => {
        if (this.lost.aborted) return;
        if (integer(answer) === 1) this.holdSince(askedAt);
        else this.end('taken');
      },
      // It runs out by itself unless a later renewal succeeds.
      () => undefined,
    );
  }

  /** Idempotent: what is told first counts. */
  end(loss?: LeaseLoss): void {
    if (this.#lost.signal.aborted) return;
    this.#endsAt = Number.POSITIVE_INFINITY;
    this.#end?.cancel();
    this.#options.onEnd(loss);
    this.#lost.abort();
  }

  async release(loss?: LeaseLoss): Promise<void> {
    if (this.lost.aborted) return;
    this.end(loss);
    const {line, key, value} = this.#options;
    // If it cannot be given back it runs out by itself.
    await line.run('release-lease', [key], [value]).catch(() => undefined);
  }

  async pass(to: string): Promise<void> {
    if (this.lost.aborted) return;
    this.end();
    const {line, key, value, leaseMs} = this.#options;
    // If it cannot be passed on it runs out by itself.
    await line.run('pass-lease', [key], [value, `${to} -`, leaseMs]).catch(() => undefined);
  }
}
