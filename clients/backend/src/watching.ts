import {randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {backOff} from './back-off.js';
import type {WatchNews, WatchRequest} from './generated/verbs.js';
import {RequestError, toRequestError} from './request-error.js';
import type {Transport} from './transport.js';

/** How a watch is kept. */
export interface WatchOptions {
  /** Ends it as if there were nothing more; as leaving the loop does. */
  readonly signal?: AbortSignal;
  /** Attempts in a row that may bring nothing, after the first. Default: as many as it takes. */
  readonly retries?: number;
}

const usualHeartbeatMs = 15_000;
/** A connection that is silent for so many of them is given up. */
const heartbeats = 2.5;

/**
 * What a watch tells, over as many connections as it takes: after each it goes on where it was or, where that cannot be,
 * tells the state anew, from `snapshot` on.
 * A connection without a sign of life is given up.
 *
 * @throws {RequestError} if it is refused for good, or as often as `retries` says
 */
export async function* watchBy(
  transport: Transport,
  request: WatchRequest,
  {signal, retries = Infinity}: WatchOptions,
): AsyncGenerator<WatchNews, void, undefined> {
  const patienceMs = heartbeats * (request.heartbeatMs ?? usualHeartbeatMs);
  let {position} = request;
  let attempts = 0;
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    const requestId = randomUUID();
    using connection = new Connection(patienceMs, signal);
    attempts += 1;
    try {
      const asked = {...request, ...(position !== undefined && {position})};
      for await (const news of transport.watch(asked, {requestId, signal: connection.signal})) {
        connection.heard();
        attempts = 0;
        position = news.position ?? position;
        yield news;
        connection.heard();
      }
      throw new RequestError('unavailable', {message: 'The watch ended without a word.', unanswered: true});
    } catch (thrown) {
      if (isOver()) return;
      const error = toRequestError(thrown, connection.signal.aborted, 'The watch fell silent.');
      Object.assign(error, {verb: 'watch', requestId, attempts});
      if (!error.retryable || attempts > retries) throw error;
      const pauseMs = error.retryAfterMs ?? backOff(Math.max(1, attempts));
      await sleep(pauseMs, undefined, signal === undefined ? {} : {signal}).catch(() => undefined);
    }
  }
}

/** Aborts its signal when nothing was heard for too long, with its parent, and when it is disposed of. */
class Connection implements Disposable {
  readonly #silence = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(patienceMs: number, parent: AbortSignal | undefined) {
    this.#timer = setTimeout(() => {
      this.#silence.abort();
    }, patienceMs);
    this.signal = AbortSignal.any([this.#silence.signal, ...(parent === undefined ? [] : [parent])]);
  }

  heard(): void {
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#silence.abort();
  }
}
