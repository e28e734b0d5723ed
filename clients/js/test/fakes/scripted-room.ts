/** A stored event: its name and its wire payload. */
export interface Stored {
  readonly name: string;
  readonly payload: {readonly room: string; readonly epoch: string; readonly offset: number; readonly at: number};
}

/** The log of a room as the protocol describes it, in memory. */
export class ScriptedRoom {
  readonly id: string;
  readonly members = new Set<string>();
  readonly #keys = new Map<string, Stored>();
  epoch = 'e1';
  head = 0;
  log: Stored[] = [];

  constructor(id: string) {
    this.id = id;
  }

  append(name: string, data: object, key?: string): {stored: Stored; repeated: boolean} {
    const before = key === undefined ? undefined : this.#keys.get(key);
    if (before) return {stored: before, repeated: true};
    const offset = ++this.head;
    const stored = {name, payload: {...data, room: this.id, epoch: this.epoch, offset, at: 1_000 + offset}};
    this.log.push(stored);
    if (key !== undefined) this.#keys.set(key, stored);
    return {stored, repeated: false};
  }

  /** What was missed after a position; undefined if it cannot be given entirely. */
  since(epoch: string, offset: number): Stored[] | undefined {
    const missed = this.log.filter(({payload}) => payload.offset > offset);
    return epoch === this.epoch && missed.length === this.head - offset ? missed : undefined;
  }

  page({
    before,
    after,
    limit = 50,
  }: {
    before?: number | undefined;
    after?: number | undefined;
    limit?: number | undefined;
  }): {
    events: {event: string; payload: Stored['payload']}[];
    more: boolean;
  } {
    const side = this.log.filter(
      ({payload: {offset}}) => (before === undefined || offset < before) && (after === undefined || offset > after),
    );
    const page = after === undefined ? side.slice(-limit) : side.slice(0, limit);
    return {events: page.map(({name, payload}) => ({event: name, payload})), more: side.length > page.length};
  }

  /** The store came back without the log. */
  lose(): void {
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
    this.head = 0;
    this.log = [];
    this.#keys.clear();
  }
}
