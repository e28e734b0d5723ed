import type {Ids} from '../ports.js';

/** Ids that are the same in every run: 21 characters, and secrets of 43. */
export class SequentialIds implements Ids {
  readonly #prefix: string;
  #last = 0;

  constructor(prefix = 'id') {
    this.#prefix = prefix;
  }

  id(): string {
    this.#last += 1;
    return this.#prefix + String(this.#last).padStart(21 - this.#prefix.length, '0');
  }

  secret(): string {
    this.#last += 1;
    return `secret${String(this.#last).padStart(37, '0')}`;
  }
}
