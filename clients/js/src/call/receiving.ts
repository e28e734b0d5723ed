import {callReceiving} from '@parley/protocol';
import type {Reception} from './call.js';
import type {CallPort} from './port.js';

/** How much the application wants to be sent; outlives a rebuild of the call. */
export class Receiving {
  readonly #port: Pick<CallPort, 'room' | 'ask'>;
  #wanted: Reception | undefined;

  constructor(port: Pick<CallPort, 'room' | 'ask'>) {
    this.#port = port;
  }

  set(reception: Reception): void {
    this.#wanted = {...this.#wanted, ...reception};
    this.#tell();
  }

  /** Joined anew: the server knows of nothing. */
  joined(): void {
    if (this.#wanted) this.#tell();
  }

  #tell(): void {
    const {room, ask} = this.#port;
    // If the call was lost it is told again with the next join.
    ask(callReceiving.receive, {room, ...this.#wanted}, {repeatable: true}).catch(() => undefined);
  }
}
