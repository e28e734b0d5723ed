import type {EventDefinition, PayloadOf} from '@parley/protocol';
import type {Unsubscribe} from './emitter.js';
import {understand} from './wire/understand.js';

/** Listens to an event of the protocol; payloads are parsed by its definition. */
export type Listen = <D extends EventDefinition>(
  definition: D,
  handler: (payload: PayloadOf<D>) => void,
) => Unsubscribe;

/**
 * Events that have no place in a room's order: they go to whoever listens, at once. Stored events do not pass here:
 * each room puts its own in order first.
 */
export class Inbound {
  readonly #handlers = new Map<string, Set<(payload: unknown) => void>>();

  readonly listen: Listen = <D extends EventDefinition>(definition: D, handler: (payload: PayloadOf<D>) => void) => {
    const entry = (payload: unknown): void => {
      const known = understand<D['payload']>(definition.payload, payload);
      // What does not fit is ignored, like an event of an unknown name ([ENV6]).
      if (known !== undefined) handler(known);
    };
    const handlers = this.#handlers.get(definition.name) ?? new Set();
    this.#handlers.set(definition.name, handlers.add(entry));
    return () => {
      handlers.delete(entry);
    };
  };

  receive(name: string, payload: unknown): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) handler(payload);
  }
}
