import {isRetryable} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, Lease, Store, Timer} from '../ports.js';
import type {Farewells} from './farewells.js';
import type {Partings} from './partings.js';
import type {PresenceNews} from '../presence/presence-news.js';

const tickMs = 1_000;
/** Sessions per call to the store, so that a mass death blocks nobody for long. */
const batch = 100;

export interface SweeperOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'sessions' | 'leases' | 'available'>;
  readonly words: NodeWords;
  readonly owed: OwedDeeds;
  readonly partings: Partings;
  readonly farewells: Farewells;
  readonly presence: PresenceNews;
  readonly observer: HubObserver;
  readonly onDefect: HubOptions['onDefect'];
}

/**
 * Ends sessions that nobody resumed, on one node of the cluster at a time; marks those of dead nodes, on every node
 * together; and repeats what is owed to the store.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #timer: Timer;
  #lease: Lease | undefined;
  #sweep: Promise<void> | undefined;
  #closed = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#timer = options.clock.every(tickMs, () => {
      this.#tick();
    });
    options.words.onNodeGone((node) => {
      if (!this.#closed) options.owed.do(`sessions of ${node}`, () => this.#markLost(node));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.cancel();
    await this.#sweep;
    await this.#lease?.release().catch(() => undefined);
    this.#lease = undefined;
  }

  #tick(): void {
    if (!this.#options.store.available) return;
    this.#options.owed.retry();
    this.#sweep ??= this.#sweepExpired()
      .catch((error: unknown) => {
        // The store is away: the next tick tries again.
        if (!isRetryable(error)) this.#options.onDefect(error, {task: 'sweeper'});
      })
      .finally(() => {
        this.#sweep = undefined;
      });
  }

  async #sweepExpired(): Promise<void> {
    const {store, partings, farewells, observer} = this.#options;
    const lease = await this.#held();
    while (lease && !lease.lost.aborted && !this.#closed) {
      const expired = await store.sessions.takeExpired(batch, lease.fence);
      for (const each of expired) {
        partings.over(each, 'expired');
        observer.sessionClosed('expired');
      }
      // Its node lives if it was taken for dead wrongly: a connection that is still there must learn that it is over.
      await Promise.all(expired.map(({record}) => farewells.close(record, 'expired')));
      if (expired.length < batch) return;
    }
  }

  async #held(): Promise<Lease | undefined> {
    if (this.#lease && !this.#lease.lost.aborted) return this.#lease;
    const acquired = await this.#options.store.leases.acquire('sweeper');
    this.#lease = 'heldBy' in acquired ? undefined : acquired;
    return this.#lease;
  }

  async #markLost(node: string): Promise<void> {
    for (;;) {
      const lost = await this.#options.store.sessions.markNodeLost(node, batch);
      for (const {session, presence} of lost) {
        const {user} = presence;
        this.#options.presence.tell(user);
        this.#options.observer.happened({name: 'session.away', data: {session, user}});
      }
      if (lost.length < batch) return;
    }
  }
}
