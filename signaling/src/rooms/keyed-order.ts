/** Turns by key: those of one key come one after another, those of different keys side by side. */
export class KeyedOrder<K> {
  /** None while nobody waits: there is an order per session, and most have nothing to order most of the time. */
  #tails: Map<K, Promise<void>> | undefined;

  /** Resolves when it is one's turn, with what ends it; turns come in the order in which they were asked for. */
  async take(key: K): Promise<() => void> {
    const tails = (this.#tails ??= new Map<K, Promise<void>>());
    const before = tails.get(key);
    let finish = (): void => undefined;
    const tail = new Promise<void>((resolve) => {
      finish = resolve;
    });
    tails.set(key, tail);
    await before;
    return () => {
      finish();
      if (tails.get(key) === tail) tails.delete(key);
      if (tails.size === 0 && this.#tails === tails) this.#tails = undefined;
    };
  }

  /** The deed's outcome; a deed that fails holds up nobody. */
  async run<T>(key: K, deed: () => Promise<T>): Promise<T> {
    const done = await this.take(key);
    try {
      return await deed();
    } finally {
      done();
    }
  }
}
