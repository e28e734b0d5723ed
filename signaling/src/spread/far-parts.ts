import type {CallsOptions} from '../calls-part.js';
import {FarPart, type FarPartOptions} from './far-part.js';
import {methods, newsTopic, readNews} from './words.js';

/** The parts on other nodes of the calls that this node runs. */
export class FarParts {
  readonly #options: Pick<CallsOptions, 'clock' | 'ids' | 'store' | 'isLeaving'>;
  readonly #parts = new Map<string, FarPart>();

  constructor(options: Pick<CallsOptions, 'clock' | 'ids' | 'store' | 'isLeaving'>) {
    this.#options = options;
    const {bus} = options.store;
    bus.on(newsTopic, (word, from) => {
      const {part, ...news} = readNews(word);
      const found = this.#parts.get(part);
      if (found?.node === from) found.hear(news);
    });
    bus.onNodeGone((node) => {
      for (const part of [...this.#parts.values()]) if (part.node === node) part.lose();
    });
  }

  /** Rejects as the node does that is to carry it, or with `unavailable` or `timeout` if it does not answer. */
  async open(
    node: string,
    call: string,
    {listener, onLeaving}: Pick<FarPartOptions, 'listener' | 'onLeaving'>,
  ): Promise<FarPart> {
    const {clock, ids, store, isLeaving} = this.#options;
    const id = ids.id();
    const part = new FarPart({
      bus: store.bus,
      clock,
      node,
      id,
      isLeaving: () => isLeaving(node),
      listener,
      onLeaving,
      onEnded: () => {
        this.#parts.delete(id);
      },
    });
    // Before it is opened, for what it says at once.
    this.#parts.set(id, part);
    try {
      await store.bus.request(node, methods.open, {part: id, call});
      return part;
    } catch (thrown) {
      // Perhaps it is there all the same.
      part.close();
      throw thrown;
    }
  }
}
