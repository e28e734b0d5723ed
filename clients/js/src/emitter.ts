/** Ends a subscription. Idempotent. */
export type Unsubscribe = () => void;

/** What can be listened to: one handler argument per event name. */
export interface Listenable<Events extends object> {
  /** Calls `handler` with every `name` from now on, until the returned function is called. */
  on<Name extends keyof Events>(name: Name, handler: (value: Events[Name]) => void): Unsubscribe;
}

/**
 * A typed emitter. Handlers run in the order of their subscription; one that throws neither stops the others nor the
 * caller: its error surfaces as an uncaught one, because it is a defect of the application.
 */
export class Emitter<Events extends object> implements Listenable<Events> {
  readonly #handlers: {[Name in keyof Events]?: Set<(value: Events[Name]) => void>} = {};

  on<Name extends keyof Events>(name: Name, handler: (value: Events[Name]) => void): Unsubscribe {
    // Wrapped, so that the same function subscribed twice is two subscriptions.
    const entry = (value: Events[Name]): void => {
      handler(value);
    };
    const handlers = (this.#handlers[name] ??= new Set());
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
    };
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const handler of [...(this.#handlers[name] ?? [])]) {
      try {
        handler(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
