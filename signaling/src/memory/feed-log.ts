import {Buffer} from 'node:buffer';
import type {Epoch, Offset} from '@parley/protocol';
import type {FeedEntry, FeedEvent, FeedPage, FeedQuery, StoreOptions} from '../ports.js';
import {StoredEntry} from '../rooms/stored-entry.js';

interface Held {
  readonly entry: FeedEntry;
  readonly bytes: number;
}

/** One room's log, bounded by count, bytes and age. Offsets are consecutive, so an offset's place is a subtraction. */
export class FeedLog {
  readonly epoch: Epoch;
  readonly #limits: StoreOptions['log'];
  /** Those before `#first` are trimmed and wait for the next compaction. */
  #held: Held[] = [];
  #first = 0;
  #head: Offset;
  #bytes = 0;
  #lastAt = 0;

  /** @param head The offset before its first entry. */
  constructor(epoch: Epoch, limits: StoreOptions['log'], head: Offset = 0) {
    this.epoch = epoch;
    this.#head = head;
    this.#limits = limits;
  }

  get head(): Offset {
    return this.#head;
  }

  /** Offset of the oldest entry; `head + 1` if there is none. */
  get tail(): Offset {
    return this.#head - this.#count + 1;
  }

  append({name, data}: FeedEvent, now: number): FeedEntry {
    this.#lastAt = Math.max(this.#lastAt, now);
    this.#head += 1;
    const json = JSON.stringify(data);
    const entry = new StoredEntry(name, this.epoch, this.#head, this.#lastAt, json);
    const bytes = name.length + Buffer.byteLength(json);
    this.#held.push({entry, bytes});
    this.#bytes += bytes;
    this.trim(now);
    return entry;
  }

  trim(now: number): void {
    const {events, bytes, ageMs} = this.#limits;
    for (;;) {
      const oldest = this.#held[this.#first];
      if (oldest === undefined) break;
      if (this.#count <= events && this.#bytes <= bytes && oldest.entry.at > now - ageMs) break;
      this.#bytes -= oldest.bytes;
      this.#first += 1;
    }
    if (this.#first > 256 && this.#first * 2 > this.#held.length) this.#compact();
    else if (this.#count === 0) this.#compact();
  }

  /** Drops all entries; offsets go on. */
  empty(): void {
    this.#held = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** The entries after `offset` up to `end`; undefined if some of them are trimmed or `offset` is beyond `end`. */
  between(offset: Offset, end: Offset): readonly FeedEntry[] | undefined {
    if (offset + 1 < this.tail || offset > end) return undefined;
    return this.#slice(offset + 1, end);
  }

  page({after, before, limit}: FeedQuery): FeedPage {
    const {epoch, head, tail} = this;
    const end = Math.min(before === undefined ? head : before - 1, head);
    const start = after === undefined ? Math.max(end - limit + 1, tail) : Math.max(after + 1, tail);
    return {epoch, head, tail, entries: this.#slice(start, Math.min(end, start + limit - 1))};
  }

  get #count(): number {
    return this.#held.length - this.#first;
  }

  #slice(start: Offset, end: Offset): readonly FeedEntry[] {
    const shift = this.#first - this.tail;
    return this.#held.slice(start + shift, Math.max(start, end + 1) + shift).map(({entry}) => entry);
  }

  #compact(): void {
    this.#held = this.#held.slice(this.#first);
    this.#first = 0;
  }
}
