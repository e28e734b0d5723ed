import type {HubObserver} from '../hub.js';
import {isComplete, type Clock, type PushRecord, type Store} from '../ports.js';
import {outcomeOf} from './outcome.js';

/** Pushes that are told of at a time. */
const most = 1_000;

export interface SettlingOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'pushes'>;
  readonly observer: Pick<HubObserver, 'happened'>;
}

/**
 * Tells backends what became of pushes, once each as far as that can be known: when nothing more can become of it, or when its
 * time is over. Wherever a node dies it is told by the next one, at worst twice.
 */
export class Settling {
  readonly #options: SettlingOptions;
  #told: readonly string[] = [];

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** By one node of the cluster at a time, again and again; rejects if the store is away. */
  async look(): Promise<void> {
    const {clock, store} = this.#options;
    // A look after they were told: by now what was said has left this node, and cannot die with it.
    await store.pushes.settle(this.#told);
    this.#told = [];
    const now = clock.now();
    const ids = await store.pushes.due(now, most);
    const records = await Promise.all(ids.map(async (id) => ({id, record: await store.pushes.get(id)})));
    // What has no answer was refused, or its node died over it: of that its caller was told.
    for (const {id, record} of records) if (record?.answered) this.#tell(id, record, now);
    this.#told = ids;
  }

  #tell(push: string, record: PushRecord, now: number): void {
    const {id: _id, expiresAt: _expiresAt, waiting: _waiting, ...counts} = outcomeOf(push, record, now);
    this.#options.observer.happened({name: 'push.settled', data: {push, complete: isComplete(record), ...counts}});
  }
}
