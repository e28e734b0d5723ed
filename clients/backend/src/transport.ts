import type {WatchNews, WatchRequest} from './generated/verbs.js';
import type {Fields, Place} from './place.js';

/** One attempt at a request. */
export interface Attempt {
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** A way to a node. */
export interface Transport {
  /** Asks once. Rejects with a RequestError, or with whatever it is that `signal` ended it by. */
  ask(place: Place, request: Fields, attempt: Attempt): Promise<unknown>;
  /**
   * Watches by one connection, until it or `signal` ends. Throws a RequestError, or whatever it is that `signal` ended it by.
   */
  watch(request: WatchRequest, attempt: Attempt): AsyncIterable<WatchNews>;
  close(): void;
}
