/** What is sent to a peer, numbered. */
export interface NumberedEvent {
  readonly number: number;
  readonly name: string;
  readonly payload: unknown;
}

/** Up to where a peer has been told. */
export interface StreamPosition {
  /** Which of the session's stays in a call it is: numbers begin anew with each. */
  readonly stream: string;
  readonly number: number;
}

/** Enough for what a cluster bus loses in a hiccup; who misses more joins again. */
const mostKept = 256;

/**
 * The owner's side of what one peer is told, in order: numbers show a gap, and the last events are kept to fill it.
 * The bus between nodes delivers at most once; this makes of it a stream without a silent hole.
 */
export class PeerStream {
  readonly #id: string;
  readonly #kept: NumberedEvent[] = [];
  #last = 0;

  constructor(id: string) {
    this.#id = id;
  }

  get position(): StreamPosition {
    return {stream: this.#id, number: this.#last};
  }

  add(name: string, payload: unknown): NumberedEvent {
    this.#last += 1;
    const event = {number: this.#last, name, payload};
    this.#kept.push(event);
    if (this.#kept.length > mostKept) this.#kept.shift();
    return event;
  }

  /** Everything after the position; undefined if that is no longer, or never was, known. */
  after({stream, number}: StreamPosition): readonly NumberedEvent[] | undefined {
    if (stream !== this.#id || number > this.#last || number < this.#last - this.#kept.length) return undefined;
    return this.#kept.filter((event) => event.number > number);
  }
}
