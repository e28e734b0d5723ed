import type {WireError} from '@parley/protocol';
import {isFields, type Fields} from './shapes.js';

/** Refusals that are told one by one; the others are only counted. */
const mostRefusals = 100;

/** What became of the pushes of a stream. */
export class Tally {
  readonly #sums = {done: 0, addressed: 0, reached: 0, repeated: 0, refused: 0};
  readonly #refusals: Fields[] = [];

  done(report: unknown): void {
    const {addressed, reached, repeated} = isFields(report) ? report : {};
    this.#sums.done += 1;
    this.#sums.addressed += Number(addressed ?? 0);
    this.#sums.reached += Number(reached ?? 0);
    this.#sums.repeated += repeated === true ? 1 : 0;
  }

  refused(index: number, {code, message, retryable}: WireError): void {
    this.#sums.refused += 1;
    if (this.#refusals.length < mostRefusals) this.#refusals.push({index, code, message, retryable});
  }

  report(): Fields {
    return {...this.#sums, refusals: this.#refusals};
  }
}
