/** What was pushed to a room: the rooms' pushes are numbered from 0, each room's by itself. */
export interface Numbered {
  readonly room: string;
  readonly number: number;
}

/** One event that a receiver said it has. */
export interface Told extends Numbered {
  /** The event's own. */
  readonly id: string;
  /** When it happened and when it came, in milliseconds since the Unix epoch. */
  readonly happenedAt: number;
  readonly cameAt: number;
}

interface Arrival {
  readonly latencyMs: number;
  readonly cameAt: number;
}

/** What one receiver has. What is told again counts as repeated, and has no place in the order. */
export class Ledger {
  readonly #arrivals = new Map<string, Arrival>();
  readonly #newest = new Map<string, number>();
  /** Ids of events that came after a later one of their room. */
  readonly #late: string[] = [];
  repeated = 0;

  get size(): number {
    return this.#arrivals.size;
  }

  take({room, number, id, happenedAt, cameAt}: Told): void {
    const key = keyOf({room, number});
    if (this.#arrivals.has(key)) {
      this.repeated += 1;
      return;
    }
    this.#arrivals.set(key, {latencyMs: cameAt - happenedAt, cameAt});
    if (number < (this.#newest.get(room) ?? -1)) this.#late.push(id);
    else this.#newest.set(room, number);
  }

  missing(pushed: readonly Numbered[]): number {
    return pushed.filter((one) => !this.#arrivals.has(keyOf(one))).length;
  }

  /** Events that came after a later one of their room, those of `parked` excepted: the others went on without them. */
  outOfOrder(parked: ReadonlySet<string>): number {
    return this.#late.filter((id) => !parked.has(id)).length;
  }

  /** From the event to its arrival, of those that came. */
  latenciesMs(pushed: readonly Numbered[]): readonly number[] {
    return pushed.flatMap((one) => this.#arrivals.get(keyOf(one))?.latencyMs ?? []);
  }

  /** When the last event came. */
  get lastAt(): number {
    let last = 0;
    for (const {cameAt} of this.#arrivals.values()) last = Math.max(last, cameAt);
    return last;
  }
}

const keyOf = ({room, number}: Numbered): string => `${room} ${String(number)}`;
