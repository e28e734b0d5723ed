import {ParleyError} from '@parley/protocol';

/** Enough for all that a client can have in flight; the oldest goes first. */
const mostKept = 64;

/**
 * The answers that a peer got to requests with an id of its own choosing, so that a repeat makes nothing twice.
 * A refusal is not kept: nothing was made, and a repeat may succeed.
 */
export class FirstAnswers {
  readonly #kept = new Map<string, {readonly asked: string; readonly answer: unknown}>();

  /** Rejects with `conflict` if the id was used for another question. Must be called within the call's mailbox. */
  async once<T>(id: string, question: readonly unknown[], answer: () => Promise<T>): Promise<T> {
    const asked = digestOf(JSON.stringify(question));
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      if (kept.asked !== asked) throw new ParleyError('conflict', {field: 'id'});
      return kept.answer as T;
    }
    const first = await answer();
    this.#kept.set(id, {asked, answer: first});
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return first;
  }
}

/**
 * Tells questions apart, so that questions as long as a frame need not be kept. It need not withstand an attacker: who
 * makes two of their own questions collide gets their own first answer.
 */
function digestOf(text: string): string {
  let one = 0x811c_9dc5;
  let other = 0x01b8_73d5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x0100_0193);
    other = Math.imul(other ^ unit, 0x85eb_ca6b) ^ (other >>> 13);
  }
  return `${text.length}:${one >>> 0}:${other >>> 0}`;
}
