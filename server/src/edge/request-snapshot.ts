import type {ParleyError} from '@parley/protocol';
import type {HttpRequest} from 'uWebSockets.js';

/**
 * A copy of a request, made while uWS still has it: the original must not be touched after the first await, and
 * Engine.IO reads from it later. It offers the methods that Engine.IO calls; what Engine.IO adds to a request
 * (`headers`, `_query` and the like) lands here too.
 */
export class RequestSnapshot {
  /** Why a handshake that begins with this request is refused; said to the client once it can hear it. */
  refusal: ParleyError | undefined;
  readonly #method: string;
  readonly #url: string;
  readonly #query: string;
  readonly #headers: ReadonlyMap<string, string>;

  constructor(request: HttpRequest) {
    const headers = new Map<string, string>();
    request.forEach((name, value) => {
      // Repeated headers are one list, as HTTP says; of `X-Forwarded-For` all of it counts.
      const earlier = headers.get(name);
      headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
    });
    this.#method = request.getMethod();
    this.#url = request.getUrl();
    this.#query = request.getQuery();
    this.#headers = headers;
  }

  /** In lower case. */
  getMethod(): string {
    return this.#method;
  }

  getUrl(): string {
    return this.#url;
  }

  getQuery(): string {
    return this.#query;
  }

  /** Empty if there is none, as in uWS. */
  getHeader(lowerCaseName: string): string {
    return this.#headers.get(lowerCaseName) ?? '';
  }

  forEach(callback: (name: string, value: string) => void): void {
    this.#headers.forEach((value, name) => {
      callback(name, value);
    });
  }

  /** Id of the connection that the request says it belongs to; undefined if it is to begin one. */
  get ofConnection(): string | undefined {
    return new URLSearchParams(this.#query).get('sid') ?? undefined;
  }
}
