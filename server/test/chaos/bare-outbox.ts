interface Message {
  readonly room: string;
  readonly text: string;
  inFlight: boolean;
}

/** Messages that are not accepted yet, by id: repeated until they are. */
export class BareOutbox {
  readonly #messages = new Map<string, Message>();

  get size(): number {
    return this.#messages.size;
  }

  add(id: string, room: string, text: string): void {
    this.#messages.set(id, {room, text, inFlight: false});
  }

  /** What can be sent now, and was not on this connection. Whether something was accepted in a room that was left is not found out any more. */
  take(wanted: ReadonlySet<string>, joined: ReadonlyMap<string, unknown>): {id: string; room: string; text: string}[] {
    for (const [id, {room}] of this.#messages) if (!wanted.has(room)) this.#messages.delete(id);
    return [...this.#messages].flatMap(([id, message]) => {
      const {room, text, inFlight} = message;
      if (inFlight || !joined.has(room)) return [];
      message.inFlight = true;
      return [{id, room, text}];
    });
  }

  /** It is answered: for good, or it is sent again. */
  answered(id: string, isFinal: boolean): void {
    const message = this.#messages.get(id);
    if (isFinal) this.#messages.delete(id);
    else if (message) message.inFlight = false;
  }

  /** The connection is gone, and with it the answers. */
  connectionLost(): void {
    for (const message of this.#messages.values()) message.inFlight = false;
  }
}
