import {ParleyError} from '@parley/protocol';
import type {Clock} from '@parley/signaling';

/** More answers than this are not remembered at a time; then nothing new is taken on. */
const maxKept = 20_000;

interface Given<T> {
  readonly answer: Promise<T>;
  readonly until: number;
}

/**
 * What other nodes were answered, for as long as they may ask again. Their words and ours travel at most once: a request
 * whose answer was lost is repeated, and gets the first answer instead of being done twice.
 */
export class GivenAnswers<T> {
  readonly #clock: Clock;
  readonly #given = new Map<string, Given<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with `overloaded` if too much is remembered already. */
  once(request: string, forMs: number, answer: () => Promise<T>): Promise<T> {
    const known = this.#given.get(request);
    if (known !== undefined) return known.answer;
    if (this.#given.size >= maxKept) this.#forget();
    if (this.#given.size >= maxKept) return Promise.reject(new ParleyError('overloaded', {retryAfterMs: 1_000}));
    const given: Given<T> = {answer: answer(), until: this.#clock.now() + forMs};
    this.#given.set(request, given);
    this.#forgetOldest();
    return given.answer;
  }

  /** Most have the same deadline, so that the oldest go first. */
  #forgetOldest(): void {
    for (const [request, {until}] of this.#given) {
      if (until > this.#clock.now()) return;
      this.#given.delete(request);
    }
  }

  #forget(): void {
    for (const [request, {until}] of [...this.#given]) if (until <= this.#clock.now()) this.#given.delete(request);
  }
}
