import type {Clock} from '../ports.js';

interface Kept<T> {
  readonly answer: T;
  readonly until: number;
}

/** Answers that stand for a while, so many at most: the oldest make room. */
export class KeptAnswers<T> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #most: number;
  /** In the order of their coming. */
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: Pick<Clock, 'now'>, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): T | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (kept.until > this.#clock.now()) return kept.answer;
    this.#kept.delete(key);
    return undefined;
  }

  put(key: string, answer: T, forMs: number): void {
    this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#most) this.#kept.delete(oldest);
    this.#kept.set(key, {answer, until: this.#clock.now() + forMs});
  }
}
