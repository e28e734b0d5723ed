import type {ParleyError, Position} from '@parley/protocol';
import {Settleable} from '../settleable.js';

/** Where an accepted message stands in its room. `at`: milliseconds since the Unix epoch, by the server's clock. */
export interface Accepted extends Position {
  readonly at: number;
}

/**
 * A message of one's own on its way.
 *
 * ```ts
 * const sent = room.send('hello');
 * show(sent.id, sent.text, sent.status);       // 'pending': draw it at once
 * const {offset} = await sent.done;            // 'sent': it has its place in the room
 * ```
 */
export interface SentMessage {
  /** The id that the message has for everyone: it comes back with the room's `message` event. */
  readonly id: string;
  readonly text: string;
  readonly status: 'pending' | 'sent' | 'failed';
  /** Resolves once the server accepted it; rejects with a ParleyError once it is certain that it will not be tried again. */
  readonly done: Promise<Accepted>;
}

/** The outbox's side of a {@link SentMessage}. */
export class Outgoing implements SentMessage {
  readonly id: string;
  readonly text: string;
  /**
   * Since when the server may have it without our knowing; undefined if it certainly has it not. `traceable` while the
   * room's events go on without a gap: then it will be among them.
   */
  doubt: {readonly since: number; readonly traceable: boolean} | undefined;
  #status: SentMessage['status'] = 'pending';
  readonly #settled = new Settleable<Accepted>();

  constructor(id: string, text: string) {
    this.id = id;
    this.text = text;
  }

  get status(): SentMessage['status'] {
    return this.#status;
  }

  get done(): Promise<Accepted> {
    return this.#settled.promise;
  }

  accept(accepted: Accepted): void {
    this.#status = 'sent';
    this.#settled.resolve(accepted);
  }

  fail(error: ParleyError): void {
    this.#status = 'failed';
    this.#settled.reject(error);
  }
}
