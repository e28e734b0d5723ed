import {isRetryable} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {Clock, PushNews, PushRecords} from '../ports.js';

/** How long counts of one push are gathered before they are told. */
const gatherMs = 100;
/** Pushes whose counts are gathered; more are told at once. */
const pushesAtOnce = 1_000;

export interface TallyOptions {
  readonly clock: Clock;
  readonly pushes: PushRecords;
  readonly onDefect: HubOptions['onDefect'];
}

/** What nodes that have sessions learn of pushes. */
type Gathered = Pick<PushNews, 'acknowledged' | 'taken' | 'superseded'>;

/** Gathers what becomes of pushes on this node, so that ten thousand acknowledgements are not as many round trips. */
export class Tally {
  readonly #options: TallyOptions;
  #gathered = new Map<string, Gathered>();

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  add(id: string, {acknowledged = 0, taken = 0, superseded = 0}: Partial<Gathered>): void {
    const known = this.#gathered.get(id) ?? {acknowledged: 0, taken: 0, superseded: 0};
    if (this.#gathered.size === 0) {
      this.#options.clock.after(gatherMs, () => {
        this.#tell();
      });
    }
    this.#gathered.set(id, {
      acknowledged: known.acknowledged + acknowledged,
      taken: known.taken + taken,
      superseded: known.superseded + superseded,
    });
    if (this.#gathered.size >= pushesAtOnce) this.#tell();
  }

  #tell(): void {
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const [id, news] of gathered) {
      this.#options.pushes.count(id, news).catch((error: unknown) => {
        // Without the store the counts are lost: they are told to be at least what they say.
        if (!isRetryable(error)) this.#options.onDefect(error, {task: 'push counts'});
      });
    }
  }
}
