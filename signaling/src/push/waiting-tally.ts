import {isRetryable} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import type {Clock, Store, Timer} from '../ports.js';

/** How often the store is told and asked. */
const tellMs = 1_000;
/** Pushes that expire within one of these count as one, so that the store's counts do not grow with their number. */
const stepMs = 60_000;
/** Times that are told at once; the others wait for the next turn. */
const timesAtOnce = 500;

export interface WaitingTallyOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'inboxes' | 'available'>;
  readonly observer: Pick<HubObserver, 'pushKept' | 'pushesWaiting'>;
  readonly onDefect: HubOptions['onDefect'];
}

/**
 * Gathers how many users wait for pushes that are kept for them, tells the store, and operators what that knows of all nodes:
 * of what expired on one node of the cluster, a minute or two later, so that whoever is slow has told what was acknowledged.
 *
 * What a node has not told when it dies, or when the store goes away while it is told, is not counted.
 */
export class WaitingTally {
  readonly #options: WaitingTallyOptions;
  readonly #timer: Timer;
  readonly #changes = new Map<number, number>();
  /** As the observer was told. */
  #waiting = 0;
  #telling: Promise<void> | undefined;

  constructor(options: WaitingTallyOptions) {
    this.#options = options;
    this.#timer = options.clock.every(tellMs, () => {
      if (options.store.available) this.#telling ??= this.#tell();
    });
  }

  /** So many users more, or fewer, wait for a push that expires then. */
  add(expiresAt: number, users: number): void {
    const until = (Math.floor(expiresAt / stepMs) + 2) * stepMs;
    this.#changes.set(until, (this.#changes.get(until) ?? 0) + users);
  }

  /** Tells what is left. Idempotent. */
  async close(): Promise<void> {
    this.#timer.cancel();
    await this.#telling;
    if (this.#changes.size > 0 && this.#options.store.available) await this.#tell();
  }

  async #tell(): Promise<void> {
    const {store, observer, onDefect} = this.#options;
    const some = [...this.#changes].slice(0, timesAtOnce);
    for (const [until] of some) this.#changes.delete(until);
    try {
      const changes = some.flatMap(([until, users]) => (users === 0 ? [] : [{until, users}]));
      const {waiting, expired} = await store.inboxes.count(changes);
      if (waiting !== this.#waiting) observer.pushesWaiting(waiting);
      this.#waiting = waiting;
      if (expired > 0) observer.pushKept('expired', expired);
    } catch (error) {
      if (!isRetryable(error)) onDefect(error, {task: 'counts of inboxes'});
    } finally {
      this.#telling = undefined;
    }
  }
}
