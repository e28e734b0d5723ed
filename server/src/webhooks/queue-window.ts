import {isRetryable} from '@parley/protocol';
import {pause, type Clock, type Outbox, type OutboxItem} from '@parley/signaling';

const pageItems = 100;
/** After how long the store is asked again when it was away. */
const storeRetryMs = 1_000;

export interface QueueWindowOptions {
  readonly queue: string;
  /** Items that are taken in hand at once; the others wait in the store. */
  readonly most: number;
  readonly outbox: Pick<Outbox, 'read' | 'remove'>;
  readonly clock: Clock;
  /** Aborts when another node may be at it. */
  readonly signal: AbortSignal;
  /** Each item in its order; it is in hand until it is `done`. */
  readonly take: (item: OutboxItem) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The part of a queue that is in hand on the node that empties it. */
export class QueueWindow {
  readonly #options: QueueWindowOptions;
  #after: string | undefined;
  #held = 0;
  #filling: Promise<void> | undefined;

  constructor(options: QueueWindowOptions) {
    this.#options = options;
  }

  /** Takes in hand what waits, as far as there is room for it. */
  fill(): void {
    if (this.#options.signal.aborted) return;
    this.#filling ??= this.#fill()
      .catch((error: unknown) => {
        this.#options.onFailure(error);
      })
      .finally(() => {
        this.#filling = undefined;
      });
  }

  async done(positions: readonly string[]): Promise<void> {
    const {outbox, queue} = this.#options;
    await this.insist(() => outbox.remove(queue, positions));
    this.#held -= positions.length;
    this.fill();
  }

  /** Again and again while the store is away; rejects if the signal aborts. */
  async insist<T>(deed: () => Promise<T>): Promise<T> {
    const {clock, signal} = this.#options;
    for (;;) {
      signal.throwIfAborted();
      try {
        return await deed();
      } catch (error) {
        if (!isRetryable(error)) throw error;
        await pause(clock, storeRetryMs, signal);
      }
    }
  }

  async #fill(): Promise<void> {
    const {outbox, queue, most, take, signal} = this.#options;
    while (this.#held < most && !signal.aborted) {
      const page = {limit: pageItems, ...(this.#after !== undefined && {after: this.#after})};
      const items = await outbox.read(queue, page);
      this.#held += items.length;
      for (const item of items) take(item);
      this.#after = items.at(-1)?.position ?? this.#after;
      if (items.length < pageItems) return;
    }
  }
}
