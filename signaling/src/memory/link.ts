import {ParleyError} from '@parley/protocol';

/**
 * A node's line to the shared world. What a node asks is carried out only while the line is up: a killed node that goes
 * on running in a test can no longer touch anything, as if its process were gone.
 */
export class Link {
  readonly node: string;
  readonly #storeAvailable: () => boolean;
  #state: 'up' | 'closed' | 'killed' = 'up';

  constructor(node: string, storeAvailable: () => boolean) {
    this.node = node;
    this.#storeAvailable = storeAvailable;
  }

  /** Whether the process is there, be the store available or not. */
  get alive(): boolean {
    return this.#state === 'up';
  }

  get up(): boolean {
    return this.alive && this.#storeAvailable();
  }

  /** Carries out the deed at once and within the call, or rejects with `unavailable`. */
  act<T>(deed: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.up) throw new ParleyError('unavailable', {retryAfterMs: 1_000});
      resolve(deed());
    });
  }

  cut(state: 'closed' | 'killed'): void {
    if (this.alive) this.#state = state;
  }
}
