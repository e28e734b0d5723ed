import {ParleyError} from '@parley/protocol';
import {signal, type ReadonlySignal} from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'bad';
  readonly title: string;
  readonly text?: string;
}

/** Short notes at the edge of the page. The oldest make room for the newest. */
export class Toasts {
  readonly #shown = signal<readonly Toast[]>([]);
  #lastId = 0;

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#shown;
  }

  show(toast: Omit<Toast, 'id'>): void {
    const id = ++this.#lastId;
    this.#shown.value = [...this.#shown.value, {...toast, id}].slice(-shownAtMost);
    setTimeout(() => {
      this.dismiss(id);
    }, shownForMs);
  }

  /** For the end of a promise that a person's click began: `toasts.whenFails('Could not …', promise)`. */
  whenFails(what: string, promise: Promise<unknown>, why: (error: unknown) => string = textOf): void {
    promise.catch((error: unknown) => {
      this.show({tone: 'bad', title: what, text: why(error)});
    });
  }

  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((toast) => toast.id !== id);
  }
}

const shownAtMost = 4;
const shownForMs = 9_000;

/** The catalogue's sentence for an error of Parley; for anything else, what it says itself. */
export function textOf(error: unknown): string {
  if (error instanceof ParleyError) {
    return error.field === undefined ? error.message : `${error.message} (${error.field})`;
  }
  return error instanceof Error ? error.message : String(error);
}
