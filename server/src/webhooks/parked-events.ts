import type {Outbox} from '@parley/signaling';
import {readParked, type ParkedEvent} from './queue-item.js';

/** Events that one receiver can have parked; what comes beyond is dropped, and counted. */
export const maxParked = 10_000;
const pageEvents = 100;

export const parkedQueue = (receiver: string): string => `${receiver}:parked`;

export interface ParkedPage {
  readonly events: readonly ParkedEvent[];
  /** Where the next page begins. */
  readonly cursor?: string;
}

/** What was given up: listed, and put into the queue again or thrown away. */
export class ParkedEvents {
  readonly #outbox: Outbox;
  readonly #receiver: string;

  constructor(outbox: Outbox, receiver: string) {
    this.#outbox = outbox;
    this.#receiver = receiver;
  }

  size(): Promise<number> {
    return this.#outbox.size(parkedQueue(this.#receiver));
  }

  /** The oldest first. */
  async list({cursor, limit}: {readonly cursor?: string; readonly limit: number}): Promise<ParkedPage> {
    const page = {limit, ...(cursor !== undefined && {after: cursor})};
    const items = await this.#outbox.read(parkedQueue(this.#receiver), page);
    const last = items.length < limit ? undefined : items.at(-1)?.position;
    return {
      events: items.flatMap(({text}) => readParked(text) ?? []),
      ...(last !== undefined && {cursor: last}),
    };
  }

  /**
   * Puts events into the queue again, behind what waits there; all of them, or those of the given ids. Resolves with how many.
   * A node that dies meanwhile may leave one both parked and queued.
   */
  replay(ids: ReadonlySet<string> | undefined, most: number): Promise<number> {
    return this.#each(ids, async ({event}) => {
      return (await this.#outbox.put(this.#receiver, [JSON.stringify({event})], most)) === 1;
    });
  }

  discard(ids: ReadonlySet<string> | undefined): Promise<number> {
    return this.#each(ids, () => Promise.resolve(true));
  }

  async #each(ids: ReadonlySet<string> | undefined, deed: (parked: ParkedEvent) => Promise<boolean>): Promise<number> {
    const queue = parkedQueue(this.#receiver);
    let count = 0;
    let after: string | undefined;
    for (;;) {
      const items = await this.#outbox.read(queue, {limit: pageEvents, ...(after !== undefined && {after})});
      for (const {position, text} of items) {
        const parked = readParked(text);
        if (parked !== undefined && ids !== undefined && !ids.has(parked.event.id)) continue;
        if (parked !== undefined && !(await deed(parked))) return count;
        await this.#outbox.remove(queue, [position]);
        if (parked !== undefined) count += 1;
      }
      after = items.at(-1)?.position;
      if (after === undefined || items.length < pageEvents) return count;
    }
  }
}
