import {
  isComplete,
  type Clock,
  type PushAnswer,
  type PushNews,
  type PushRecord,
  type PushRecords,
  type PushTimes,
} from '../ports.js';
import type {Link} from './link.js';
import {padded, SortedNames} from './sorted-names.js';

interface Held {
  readonly id: string;
  readonly until: number;
  /** Undefined once it is settled. */
  endsAt: number | undefined;
  record: PushRecord;
}

/** What is known of pushes, shared by all nodes. */
export class PushRecordTable {
  readonly held = new Map<string, Held>();
  /** The end and the name of each that is not settled. */
  readonly #ends = new SortedNames();

  add(held: Held): void {
    const outdated = this.held.get(held.id);
    if (outdated) this.setEnd(outdated, undefined);
    this.held.set(held.id, held);
    this.#ends.add(position(held));
  }

  /** Undefined: it is settled. */
  setEnd(held: Held, endsAt: number | undefined): void {
    this.#ends.delete(position(held));
    held.endsAt = endsAt;
    if (endsAt !== undefined) this.#ends.add(position(held));
  }

  due(now: number, limit: number): readonly string[] {
    const {names} = this.#ends.page({limit});
    return names.filter((name) => name < padded(now + 1)).map((name) => name.slice(padded(0).length));
  }

  sweep(now: number): void {
    for (const held of this.held.values()) {
      if (held.until > now) continue;
      this.setEnd(held, undefined);
      this.held.delete(held.id);
    }
  }
}

const position = ({endsAt = 0, id}: Held): string => `${padded(endsAt)}${id}`;

const nothing: Omit<PushRecord, 'at' | 'awaitsAcks'> = {
  answered: false,
  addressed: 0,
  reached: 0,
  stored: 0,
  refused: 0,
  acknowledged: 0,
  taken: 0,
  superseded: 0,
  browsers: 0,
  browsersReached: 0,
  browsersFailed: 0,
};

const names = ['acknowledged', 'taken', 'superseded', 'browsersReached', 'browsersFailed'] as const;

const addedUp = (known: PushNews, more: Partial<PushNews>): Partial<PushNews> =>
  Object.fromEntries(names.map((name) => [name, known[name] + (more[name] ?? 0)]));

/** A node's view of the records. */
export class MemoryPushRecords implements PushRecords {
  readonly #link: Link;
  readonly #table: PushRecordTable;
  readonly #clock: Clock;

  constructor(link: Link, table: PushRecordTable, clock: Clock) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
  }

  open(id: string, {keepMs, endsAt, ...known}: PushTimes): Promise<void> {
    return this.#link.act(() => {
      if (this.#find(id)) return;
      this.#table.add({id, until: this.#clock.now() + keepMs, endsAt, record: {...nothing, ...known}});
    });
  }

  answer(id: string, answer: PushAnswer): Promise<void> {
    return this.#link.act(() => {
      const held = this.#find(id);
      if (held) this.#note(held, {...answer, answered: true});
    });
  }

  count(id: string, news: Partial<PushNews>): Promise<void> {
    return this.#link.act(() => {
      const held = this.#find(id);
      if (held) this.#note(held, addedUp(held.record, news));
    });
  }

  get(id: string): Promise<PushRecord | undefined> {
    return this.#link.act(() => this.#find(id)?.record);
  }

  due(now: number, limit: number): Promise<readonly string[]> {
    return this.#link.act(() => this.#table.due(now, limit));
  }

  settle(ids: readonly string[]): Promise<void> {
    return this.#link.act(() => {
      for (const id of ids) {
        const held = this.#table.held.get(id);
        if (held) this.#table.setEnd(held, undefined);
      }
    });
  }

  #note(held: Held, noted: Partial<PushRecord>): void {
    held.record = {...held.record, ...noted};
    // Before every time that anybody looks for: what is complete does not wait for its end.
    if (held.endsAt !== undefined && isComplete(held.record)) this.#table.setEnd(held, held.record.at);
  }

  #find(id: string): Held | undefined {
    const held = this.#table.held.get(id);
    return held !== undefined && held.until > this.#clock.now() ? held : undefined;
  }
}
