/** Lets so many be underway at once; some more wait in their order, and beyond those nobody. */
export class Turnstile {
  readonly #waiting = new Set<() => void>();
  readonly #most: number;
  #free: number;

  constructor({atOnce, waiting}: {readonly atOnce: number; readonly waiting: number}) {
    this.#free = atOnce;
    this.#most = waiting;
  }

  /** Resolves with what ends one's turn, or with undefined: there is no place left to wait in, or `signal` aborted before it was one's turn. */
  take(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(this.#turn());
    }
    if (this.#waiting.size >= this.#most || signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const begin = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(this.#turn());
      };
      const giveUp = (): void => {
        this.#waiting.delete(begin);
        resolve(undefined);
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', giveUp, {once: true});
    });
  }

  #turn(): () => void {
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const [next] = this.#waiting;
      if (next === undefined) this.#free += 1;
      else {
        this.#waiting.delete(next);
        next();
      }
    };
  }
}
