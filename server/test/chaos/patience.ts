/** Waits that end: each with what was waited for, with its time, or all at once because nothing can come any more. */
export class Patience {
  readonly #waits = new Set<NodeJS.Timeout>();

  /** Call the returned function when it has come. */
  begin(ms: number, onOver: () => void): () => void {
    const wait = setTimeout(onOver, ms);
    this.#waits.add(wait);
    return () => {
      clearTimeout(wait);
      this.#waits.delete(wait);
    };
  }

  end(): void {
    for (const wait of this.#waits) clearTimeout(wait);
    this.#waits.clear();
  }
}
