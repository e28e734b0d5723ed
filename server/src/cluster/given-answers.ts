import {ParleyError} from '@parley/protocol';
import type {Clock} from '@parley/signaling';

/** More answers than this are not remembered at a time; then nothing new is taken on. */
const maxKept = 20_000;
/** Of so many nodes, by the deadlines of their requests, it is known which requests are over; of those not heard for longest no more. */
const maxSeries = 2_000;

/** A request of another node, whose ids ascend. */
export interface NumberedRequest {
  readonly from: string;
  readonly id: number;
  readonly deadlineMs: number;
}

interface Given<T> {
  readonly request: NumberedRequest;
  readonly answer: Promise<T>;
  readonly until: number;
}

/**
 * What other nodes were answered, for as long as they may ask again. Their words and ours travel at most once: a request
 * whose answer was lost is repeated, and gets the first answer instead of being done twice.
 *
 * A repetition may be under way for much longer than its deadline, when the network holds it and gives it out later, even after its connection was
 * given up. So of what is forgotten the highest id is kept: among requests with the same deadline, whatever has a lower one was begun earlier,
 * nobody waits for it any more, and it is refused, whether it was done or not.
 */
export class GivenAnswers<T> {
  readonly #clock: Clock;
  readonly #given = new Map<string, Given<T>>();
  /** The highest id that is forgotten, by node and deadline. */
  readonly #over = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with `overloaded` if too much is remembered already, and with `timeout` if nobody can be waiting any more. */
  once(request: NumberedRequest, answer: () => Promise<T>): Promise<T> {
    const name = `${request.from} ${request.id}`;
    const known = this.#given.get(name);
    if (known !== undefined) return known.answer;
    if (request.id <= (this.#over.get(seriesOf(request)) ?? 0)) return Promise.reject(new ParleyError('timeout'));
    if (this.#given.size >= maxKept) this.#forgetAll();
    if (this.#given.size >= maxKept) return Promise.reject(new ParleyError('overloaded', {retryAfterMs: 1_000}));
    const given: Given<T> = {request, answer: answer(), until: this.#clock.now() + request.deadlineMs};
    this.#given.set(name, given);
    this.#forgetOldest();
    return given.answer;
  }

  /** Most have the same deadline, so that the oldest go first. */
  #forgetOldest(): void {
    for (const [name, given] of this.#given) {
      if (given.until > this.#clock.now()) return;
      this.#forget(name, given);
    }
  }

  #forgetAll(): void {
    for (const [name, given] of [...this.#given]) if (given.until <= this.#clock.now()) this.#forget(name, given);
  }

  #forget(name: string, {request}: Given<T>): void {
    this.#given.delete(name);
    const series = seriesOf(request);
    const highest = Math.max(request.id, this.#over.get(series) ?? 0);
    this.#over.delete(series);
    this.#over.set(series, highest);
    if (this.#over.size <= maxSeries) return;
    const [oldest] = this.#over.keys();
    if (oldest !== undefined) this.#over.delete(oldest);
  }
}

const seriesOf = ({from, deadlineMs}: NumberedRequest): string => `${from} ${deadlineMs}`;
