import {ParleyError} from '@parley/protocol';

/** Enough for all that a client can have in flight; the oldest goes first. */
const mostKept = 256;

/**
 * The answers that a peer got to requests with an id of its own choosing, so that a repeat makes nothing twice.
 * A refusal is not kept: nothing was made, and a repeat may succeed.
 */
export class FirstAnswers {
  readonly #kept = new Map<string, {readonly question: string; readonly answer: unknown}>();

  /** Rejects with `conflict` if the id was used for another question. Must be called within the call's mailbox. */
  async once<T>(id: string, question: readonly unknown[], answer: () => Promise<T>): Promise<T> {
    const asked = JSON.stringify(question);
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      if (kept.question !== asked) throw new ParleyError('conflict', {field: 'id'});
      return kept.answer as T;
    }
    const first = await answer();
    this.#kept.set(id, {question: asked, answer: first});
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return first;
  }
}
