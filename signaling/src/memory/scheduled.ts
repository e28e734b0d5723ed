import {
  scheduledKeptMs,
  type Clock,
  type NewScheduled,
  type PutScheduledOutcome,
  type ScheduleBounds,
  type Scheduled,
  type ScheduledItem,
  type ScheduledState,
} from '../ports.js';
import type {Link} from './link.js';
import {padded, SortedNames} from './sorted-names.js';

interface Over {
  readonly at: number;
  readonly note: string;
  readonly until: number;
}

/** What waits, and what is over; shared by all nodes. */
export class ScheduleTable {
  readonly order = new SortedNames();
  readonly items = new Map<string, ScheduledItem>();
  /** By position. */
  readonly ids = new Map<string, string>();
  /** Given to the holder of this fence. */
  readonly given = new Map<string, number>();
  readonly over = new Map<string, Over>();
  bytes = 0;
  fence = 0;
  #last = 0;

  add(id: string, at: number, text: string): void {
    this.#last += 1;
    const position = `${padded(at)}:${padded(this.#last)}`;
    this.order.add(position);
    this.ids.set(position, id);
    this.items.set(id, {id, at, position, text});
    this.bytes += text.length;
  }

  end({id, at, position, text}: ScheduledItem, note: string, now: number): void {
    this.order.delete(position);
    this.ids.delete(position);
    this.items.delete(id);
    this.given.delete(id);
    this.bytes -= text.length;
    this.over.set(id, {at, note, until: now + scheduledKeptMs});
  }

  sweep(now: number): void {
    for (const [id, {until}] of this.over) if (until <= now) this.over.delete(id);
  }
}

/** A node's view of what is to be done later. */
export class MemoryScheduled implements Scheduled {
  readonly #link: Link;
  readonly #table: ScheduleTable;
  readonly #clock: Clock;
  readonly #bounds: ScheduleBounds;

  constructor(link: Link, table: ScheduleTable, clock: Clock, bounds: ScheduleBounds) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  put({id, when, text}: NewScheduled): Promise<PutScheduledOutcome> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      const {items, bytes} = this.#table;
      const {pushes, bytes: most, aheadMs} = this.#bounds;
      const known = items.get(id);
      if (known) return {outcome: 'scheduled', at: known.at};
      const over = this.#over(id);
      if (over) return {outcome: 'over', at: over.at};
      const at = 'at' in when ? Math.max(when.at, now) : now + when.inMs;
      if (at > now + aheadMs) return {outcome: 'too_far'};
      if (items.size >= pushes || bytes + text.length > most) return {outcome: 'full'};
      this.#table.add(id, at, text);
      return {outcome: 'scheduled', at};
    });
  }

  get(id: string): Promise<ScheduledState> {
    return this.#link.act(() => {
      const {items, given} = this.#table;
      const item = items.get(id);
      if (item) return {state: given.has(id) ? 'sending' : 'waiting', item};
      const over = this.#over(id);
      return over ? {state: 'over', at: over.at, note: over.note} : {state: 'unknown'};
    });
  }

  list(page: {after?: string; limit: number}): Promise<readonly ScheduledItem[]> {
    return this.#link.act(() => this.#itemsOf(this.#table.order.page(page).names));
  }

  cancel(id: string, note: string): ReturnType<Scheduled['cancel']> {
    return this.#link.act(() => {
      const item = this.#table.items.get(id);
      if (item === undefined) return this.#over(id) ? 'over' : 'unknown';
      if (this.#table.given.has(id)) return 'sending';
      this.#table.end(item, note, this.#clock.now());
      return 'cancelled';
    });
  }

  take(fence: number, limit: number): Promise<readonly ScheduledItem[]> {
    return this.#link.act(() => {
      if (!this.#isLatest(fence)) return [];
      const now = this.#clock.now();
      const {given, order} = this.#table;
      const due = this.#itemsOf(order.page({limit: given.size + limit}).names);
      const taken = due.filter(({id, at}) => at <= now && given.get(id) !== fence).slice(0, limit);
      for (const {id} of taken) given.set(id, fence);
      return taken;
    });
  }

  settle(id: string, fence: number, note: string): Promise<boolean> {
    return this.#link.act(() => {
      const item = this.#table.items.get(id);
      if (item === undefined || this.#table.given.get(id) !== fence) return false;
      this.#table.end(item, note, this.#clock.now());
      return true;
    });
  }

  size(): Promise<number> {
    return this.#link.act(() => this.#table.items.size);
  }

  #isLatest(fence: number): boolean {
    this.#table.fence = Math.max(this.#table.fence, fence);
    return this.#table.fence === fence;
  }

  #itemsOf(positions: readonly string[]): ScheduledItem[] {
    const {ids, items} = this.#table;
    return positions.flatMap((position) => items.get(ids.get(position) ?? '') ?? []);
  }

  #over(id: string): Over | undefined {
    const over = this.#table.over.get(id);
    return over !== undefined && over.until > this.#clock.now() ? over : undefined;
  }
}
