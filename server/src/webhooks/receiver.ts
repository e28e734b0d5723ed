/** Who is told, of what, and how long it is tried: one entry of `PARLEY_WEBHOOKS`. */
export interface Receiver {
  /** Names its queue and its lease, and is a label of the metrics. */
  readonly name: string;
  readonly url: string;
  /** The first is the newest; each signs, so that the receiver may change from one to the other. */
  readonly secrets: readonly Buffer[];
  /** Names of events, or `chat.*`, or `*`. */
  readonly events: readonly string[];
  /** Whether it may be at an address that is not public. */
  readonly allowPrivate: boolean;
  /** Requests underway at once; of one room never more than one. */
  readonly concurrency: number;
  /** Of one request. */
  readonly timeoutMs: number;
  /** From the first attempt until an event is parked. */
  readonly retryForMs: number;
}

/** Whether the receiver listens to events of this name. */
export function listensTo({events}: Pick<Receiver, 'events'>, name: string): boolean {
  return events.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
}
