/** How one request is made, whatever it asks for. */
export interface CallOptions {
  /** Gives up when it is aborted; the promise rejects with its reason. What was begun may still be done. */
  readonly signal?: AbortSignal;
  /** For all attempts together, in milliseconds. */
  readonly timeoutMs?: number;
  /** After the first attempt; 0 for none. */
  readonly retries?: number;
  /** Found in the log of the server and in its audit lines. Default: a random one. */
  readonly requestId?: string;
}

/** How all requests are made, unless a request says otherwise. */
export interface BackendOptions {
  /** An API key; `npm run keys` makes them. */
  readonly key: string;
  /** For all attempts of a request together. Default 30,000 ms. */
  readonly timeoutMs?: number;
  /** For one attempt. Default 10,000 ms. */
  readonly attemptTimeoutMs?: number;
  /** After the first attempt. Default 3. */
  readonly retries?: number;
}
