import {ParleyError, type ParamsOf, type RequestDefinition, type ResultOf} from '@parley/protocol';
import type {Clock} from '../clock.js';
import {readAnswer} from '../wire/answer.js';
import type {Wire} from '../wire/wire.js';

/** More unanswered requests than this are refused: an application that makes them has a loop. */
const mostPending = 1_000;

export interface RequestOptions {
  /** For waiting for a connection and for the answer together. Default 10 000. */
  readonly timeoutMs?: number;
  /**
   * Whether the request may be sent again after a connection broke under it, because a repeat changes nothing (it
   * reads, or carries an `id`). Otherwise it then rejects with `timeout`. Default false.
   */
  readonly repeatable?: boolean;
  /** Sent as soon as there is a connection, ahead of those that wait for the rooms to be back. */
  readonly early?: boolean;
}

/** Sends a request and gives its result; rejects with a {@link ParleyError}. */
export type Ask = <D extends RequestDefinition>(
  definition: D,
  params: ParamsOf<D>,
  options?: RequestOptions & {
    /**
     * Called with the result at its place among the events: after what the server sent before it, and before what it
     * sent after. A promise's continuation may run later than events that came in the same batch.
     */
    readonly inOrder?: (result: ResultOf<D>) => void;
  },
) => Promise<ResultOf<D>>;

interface Pending {
  sent: boolean;
  readonly early: boolean;
  readonly repeatable: boolean;
  send(wire: Wire): void;
  fail(error: ParleyError): void;
}

type Line =
  | {readonly at: 'down'}
  /** Connected, but the session's rooms are not back yet: only early requests pass. */
  | {readonly at: 'early'; readonly wire: Wire}
  | {readonly at: 'open'; readonly wire: Wire}
  | {readonly at: 'closed'; readonly error: ParleyError};

/** Requests on their way: they wait for a connection, survive its loss where that is safe, and always end. */
export class Requests {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new Set<Pending>();
  #line: Line = {at: 'down'};

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  readonly ask: Ask = (definition, params, options = {}) => {
    const {timeoutMs = this.#timeoutMs, repeatable = false, early = false, inOrder} = options;
    if (this.#line.at === 'closed') return Promise.reject(this.#line.error);
    if (this.#pending.size >= mostPending) {
      const message = `There are ${mostPending} requests without an answer already.`;
      return Promise.reject(new ParleyError('overloaded', {message}));
    }
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        this.#pending.delete(pending);
      };
      const pending: Pending = {
        sent: false,
        early,
        repeatable,
        send: (wire) => {
          pending.sent = true;
          wire.send(definition.name, params, (answer) => {
            // An answer that comes after the time-out, or twice, has nobody to tell.
            if (!this.#pending.has(pending)) return;
            end();
            const result = readAnswer(definition, answer);
            if (result instanceof ParleyError) {
              reject(result);
              return;
            }
            inOrder?.(result);
            resolve(result);
          });
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const timer = this.#clock.after(timeoutMs, () => {
        pending.fail(
          pending.sent
            ? new ParleyError('timeout')
            : new ParleyError('unavailable', {message: 'There is no connection; nothing was sent.'}),
        );
      });
      this.#pending.add(pending);
      this.#pass(pending);
    });
  };

  /** A connection stands: early requests pass, the others once {@link open} is called for it. */
  connected(wire: Wire): void {
    this.#line = {at: 'early', wire};
    this.#passAll();
  }

  /** The rooms are back on this connection. Without effect if it is not the current one any more. */
  open(wire: Wire): void {
    if (this.#line.at !== 'early' || this.#line.wire !== wire) return;
    this.#line = {at: 'open', wire};
    this.#passAll();
  }

  disconnected(): void {
    this.#line = {at: 'down'};
    for (const pending of [...this.#pending]) {
      if (!pending.sent) continue;
      if (pending.repeatable) pending.sent = false;
      else pending.fail(new ParleyError('timeout', {message: 'The connection broke; the outcome is unknown.'}));
    }
  }

  close(error: ParleyError): void {
    this.#line = {at: 'closed', error};
    for (const pending of [...this.#pending]) pending.fail(error);
  }

  #passAll(): void {
    for (const pending of [...this.#pending]) this.#pass(pending);
  }

  #pass(pending: Pending): void {
    const line = this.#line;
    if (pending.sent || !this.#pending.has(pending)) return;
    if (line.at === 'open' || (line.at === 'early' && pending.early)) pending.send(line.wire);
  }
}
