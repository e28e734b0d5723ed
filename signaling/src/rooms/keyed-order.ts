/** Turns by key: those of one key come one after another, those of different keys side by side. */
export class KeyedOrder<K> {
  readonly #tails = new Map<K, Promise<void>>();

  /** Resolves when it is one's turn, with what ends it; turns come in the order in which they were asked for. */
  async take(key: K): Promise<() => void> {
    const before = this.#tails.get(key);
    let finish = (): void => undefined;
    const tail = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#tails.set(key, tail);
    await before;
    return () => {
      finish();
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
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
