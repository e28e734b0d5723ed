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

interface Held {
  readonly until: number;
  /** Undefined once it is settled. */
  endsAt: number | undefined;
  record: PushRecord;
}

/** What is known of pushes, shared by all nodes. */
export class PushRecordTable {
  readonly held = new Map<string, Held>();

  sweep(now: number): void {
    for (const [id, {until}] of this.held) if (until <= now) this.held.delete(id);
  }
}

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
      this.#table.held.set(id, {until: this.#clock.now() + keepMs, endsAt, record: {...nothing, ...known}});
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
    return this.#link.act(() => {
      const ends = [...this.#table.held].flatMap(([id, {endsAt}]) =>
        endsAt !== undefined && endsAt <= now ? [{id, endsAt}] : [],
      );
      return ends
        .sort((a, b) => a.endsAt - b.endsAt)
        .slice(0, limit)
        .map(({id}) => id);
    });
  }

  settle(ids: readonly string[]): Promise<void> {
    return this.#link.act(() => {
      for (const id of ids) {
        const held = this.#table.held.get(id);
        if (held) held.endsAt = undefined;
      }
    });
  }

  #note(held: Held, noted: Partial<PushRecord>): void {
    held.record = {...held.record, ...noted};
    // Before every time that anybody looks for: what is complete does not wait for its end.
    if (held.endsAt !== undefined && isComplete(held.record)) held.endsAt = held.record.at;
  }

  #find(id: string): Held | undefined {
    const held = this.#table.held.get(id);
    return held !== undefined && held.until > this.#clock.now() ? held : undefined;
  }
}
