import type {Push} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';

/** What the server keeps for a user is not more. */
const mostNotices = 100;

/** What a backend stored for the person, the newest first, until they put it away. */
export class Notices {
  readonly #list = signal<readonly Push[]>([]);

  get list(): ReadonlySignal<readonly Push[]> {
    return this.#list;
  }

  /** Takes the place of an older one of its collapse key. */
  add(push: Push): void {
    const others = this.#list.value.filter(
      ({id, collapseKey}) => id !== push.id && (collapseKey === undefined || collapseKey !== push.collapseKey),
    );
    this.#list.value = [push, ...others].slice(0, mostNotices);
  }

  dismiss(id: string): void {
    this.#list.value = this.#list.value.filter((push) => push.id !== id);
  }

  clear(): void {
    this.#list.value = [];
  }
}
