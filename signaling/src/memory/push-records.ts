import type {Clock, PushAnswer, PushNews, PushRecord, PushRecords, PushTimes} from '../ports.js';
import type {Link} from './link.js';

interface Held {
  readonly until: number;
  record: PushRecord;
}

/** What is known of pushes, shared by all nodes. */
export class PushRecordTable {
  readonly held = new Map<string, Held>();

  sweep(now: number): void {
    for (const [id, {until}] of this.held) if (until <= now) this.held.delete(id);
  }
}

const nothing: PushAnswer & PushNews = {
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

  open(id: string, {keepMs, ...times}: PushTimes): Promise<void> {
    return this.#link.act(() => {
      if (this.#find(id)) return;
      this.#table.held.set(id, {until: this.#clock.now() + keepMs, record: {...nothing, ...times}});
    });
  }

  answer(id: string, answer: PushAnswer): Promise<void> {
    return this.#link.act(() => {
      const held = this.#find(id);
      if (held) held.record = {...held.record, ...answer};
    });
  }

  count(id: string, news: Partial<PushNews>): Promise<void> {
    return this.#link.act(() => {
      const held = this.#find(id);
      if (held === undefined) return;
      const {record} = held;
      held.record = {...record, ...addedUp(record, news)};
    });
  }

  get(id: string): Promise<PushRecord | undefined> {
    return this.#link.act(() => this.#find(id)?.record);
  }

  #find(id: string): Held | undefined {
    const held = this.#table.held.get(id);
    return held !== undefined && held.until > this.#clock.now() ? held : undefined;
  }
}
