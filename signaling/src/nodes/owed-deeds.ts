import {isRetryable} from '@parley/protocol';

/**
 * What must reach the store or another node sooner or later, though nobody waits for it: a session's being away, a
 * change of presence, the end of a session elsewhere.
 *
 * A deed that fails because the store or the node does not answer is kept and repeated by `retry`, so it must bear being done late or twice.
 * At most one is kept per key, and keys are sessions, users and nodes that were there: an outage cannot pile up more.
 */
export class OwedDeeds {
  readonly #onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  readonly #owed = new Map<string, () => Promise<void>>();
  readonly #underway = new Set<Promise<void>>();

  constructor(onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void) {
    this.#onDefect = onDefect;
  }

  /** Deeds that wait to be repeated. */
  get size(): number {
    return this.#owed.size;
  }

  do(key: string, deed: () => Promise<void>): void {
    void this.attempt(key, deed);
  }

  /** Like `do`; resolves when the deed is done, or owed. */
  attempt(key: string, deed: () => Promise<void>): Promise<void> {
    this.#owed.delete(key);
    const doing = deed()
      .catch((error: unknown) => {
        if (!isRetryable(error)) this.#onDefect(error, {deed: key});
        else if (!this.#owed.has(key)) this.#owed.set(key, deed);
      })
      .finally(() => this.#underway.delete(doing));
    this.#underway.add(doing);
    return doing;
  }

  retry(): void {
    for (const [key, deed] of [...this.#owed]) this.do(key, deed);
  }

  /** Resolves when nothing is underway. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.allSettled(this.#underway);
  }
}
