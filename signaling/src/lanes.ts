/** Does what has the same key one after the other, and the rest side by side. A deed that rejects does not hold up the next. */
export class Lanes {
  readonly #tails = new Map<string, Promise<void>>();

  add(key: string, deed: () => Promise<void>): Promise<void> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const done = before.then(deed);
    const tail = done
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    this.#tails.set(key, tail);
    return done;
  }
}
