/**
 * Gives a token: a string, or a promise of one. Called for the first connection, when the token in use is about to
 * expire, and whenever one is refused.
 */
export type TokenProvider = () => Promise<string> | string;

/**
 * The token in use. It is kept while it is accepted: thousands of clients that reconnect after a deploy must not also
 * storm the application's token endpoint.
 */
export class TokenSource {
  readonly #provider: TokenProvider;
  #kept: Promise<string> | undefined;
  #renewed = false;

  constructor(provider: TokenProvider) {
    this.#provider = provider;
  }

  get(): Promise<string> {
    if (this.#kept) return this.#kept;
    const fetched = this.fetch();
    this.#kept = fetched;
    // A failure is not kept: the next attempt asks again.
    fetched.catch(() => {
      if (this.#kept === fetched) this.#kept = undefined;
    });
    return fetched;
  }

  /** A new token, beside the one in use. */
  fetch(): Promise<string> {
    return Promise.resolve().then(this.#provider);
  }

  /** The server took this token in the place of the one before. */
  replace(token: string): void {
    this.#kept = Promise.resolve(token);
  }

  /** The server accepted the token: when it refuses it later, a new one may be fetched again. */
  accepted(): void {
    this.#renewed = false;
  }

  /** The server refused the token. False if it refused the renewed one as well: then nothing is left to try. */
  renew(): boolean {
    if (this.#renewed) return false;
    this.#renewed = true;
    this.#kept = undefined;
    return true;
  }

  /** Fetching took too long: the next attempt asks again instead of waiting for the same promise. */
  abandon(): void {
    this.#kept = undefined;
  }
}
