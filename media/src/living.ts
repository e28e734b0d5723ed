import {MediaError} from './errors.js';

/** What ends by itself, too. */
interface Closable {
  readonly id: string;
  readonly observer: {once(event: 'close', listener: () => void): unknown};
}

/** Media objects of one kind, by id, while they live. What is taken out before it closes was closed by the caller. */
export class Living<T> {
  readonly #what: string;
  readonly #all = new Map<string, T>();

  constructor(what: string) {
    this.#what = what;
  }

  get all(): readonly T[] {
    return [...this.#all.values()];
  }

  /** Holds `value` until `object` is closed. */
  keep(object: Closable, value: T, closedByItself: () => void): void {
    this.#all.set(object.id, value);
    object.observer.once('close', () => {
      if (this.#all.delete(object.id)) closedByItself();
    });
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  find(id: string): T | undefined {
    return this.#all.get(id);
  }

  /** @throws MediaError `unknown` */
  get(id: string): T {
    const found = this.#all.get(id);
    if (found === undefined) throw new MediaError('unknown', `There is no ${this.#what} ${id}.`);
    return found;
  }

  take(id: string): T | undefined {
    const found = this.#all.get(id);
    this.#all.delete(id);
    return found;
  }

  clear(): void {
    this.#all.clear();
  }
}
