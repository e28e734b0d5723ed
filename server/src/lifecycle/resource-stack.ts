/** Something that ends. */
type Release = () => void | Promise<void>;

/**
 * What was opened, in order, so that it can be closed backwards, also after a half-failed start.
 *
 * Every release runs once and is waited for before the next, whether or not an earlier one failed; what failed is
 * thrown together at the end. Node 20 has no `AsyncDisposableStack`; this is the part of it that is needed.
 */
export class ResourceStack implements AsyncDisposable {
  readonly #releases: Release[] = [];
  #closed: Promise<void> | undefined;

  defer(release: Release): void {
    if (this.#closed !== undefined) throw new Error('The stack is closed: nothing can be added.');
    this.#releases.push(release);
  }

  use<R extends AsyncDisposable>(resource: R): R {
    this.defer(() => Promise.resolve(resource[Symbol.asyncDispose]()));
    return resource;
  }

  /** Idempotent: every call gets the first one's outcome. */
  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #release(): Promise<void> {
    const failures: unknown[] = [];
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        await release();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several resources failed to close.');
  }
}
