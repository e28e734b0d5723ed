/** Runs deeds of one key one after another, and those of different keys side by side. */
export class KeyedOrder<K> {
  readonly #tails = new Map<K, Promise<unknown>>();

  /** The deed's outcome; a deed that failed does not hold up the next. */
  async run<T>(key: K, deed: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const turn = before ? before.then(deed, deed) : deed();
    this.#tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(key) === turn) this.#tails.delete(key);
    }
  }
}
