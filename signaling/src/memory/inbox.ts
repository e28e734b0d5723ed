import type {Position} from '@parley/protocol';
import type {Acknowledged, InboxBounds, InboxEntry, InboxPage, NewInboxPush, PutOutcome} from '../ports.js';

interface Kept extends InboxEntry {
  readonly collapseKey: string | undefined;
}

/** What a push costs besides its JSON. */
const overheadBytes = 60;
const bytesOf = ({json}: Pick<InboxEntry, 'json'>): number => Buffer.byteLength(json) + overheadBytes;

/** The pushes that are kept for one user. */
export class Inbox {
  readonly epoch: string;
  /** When everything in it has expired. */
  until = 0;
  #head = 0;
  /** Up to where any device has acknowledged. */
  #taken = 0;
  /** Up to where each device has acknowledged. */
  readonly #cursors = new Map<string, number>();
  #entries: readonly Kept[] = [];

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  put({id, json, ttlMs, collapseKey}: NewInboxPush, now: number, bounds: InboxBounds): PutOutcome {
    const known = this.#entries.find((entry) => entry.id === id);
    if (known) return {ok: true, epoch: this.epoch, entry: known, repeated: true, superseded: []};
    const older = this.#entries.filter((entry) => collapseKey !== undefined && entry.collapseKey === collapseKey);
    const left = this.#entries.filter((entry) => !older.includes(entry));
    let bytes = left.reduce((sum, entry) => sum + bytesOf(entry), bytesOf({json}));
    while (left.length + 1 > bounds.pushes || bytes > bounds.bytes) {
      const oldest = left.shift();
      if (oldest === undefined || oldest.offset > this.#taken) return {ok: false, reason: 'full'};
      bytes -= bytesOf(oldest);
    }
    this.#head += 1;
    const entry: Kept = {id, offset: this.#head, at: now, expiresAt: now + ttlMs, json, collapseKey};
    this.#entries = [...left, entry];
    this.until = Math.max(this.until, entry.expiresAt);
    const untaken = older.filter(({offset}) => offset > this.#taken);
    const superseded = untaken.map((one) => ({id: one.id, expiresAt: one.expiresAt}));
    return {ok: true, epoch: this.epoch, entry, repeated: false, superseded};
  }

  read(device: string, after: Position | undefined): InboxPage {
    const from = after?.epoch === this.epoch ? after.offset : (this.#cursors.get(device) ?? 0);
    return {epoch: this.epoch, head: this.#head, entries: this.#entries.filter(({offset}) => offset > from)};
  }

  acknowledge(device: string, asked: number): readonly Acknowledged[] {
    const upTo = Math.min(asked, this.#head);
    const cursor = this.#cursors.get(device) ?? 0;
    if (upTo <= cursor) return [];
    const fresh = this.#entries.filter(({offset}) => offset > cursor && offset <= upTo);
    const acknowledged = fresh.map(({id, expiresAt, offset}) => ({id, expiresAt, first: offset > this.#taken}));
    this.#cursors.set(device, upTo);
    this.#taken = Math.max(this.#taken, upTo);
    return acknowledged;
  }

  /** Drops what has expired, and what every known device has. */
  sweep(now: number, devices: readonly string[]): void {
    const had = devices.length === 0 ? 0 : Math.min(...devices.map((device) => this.#cursors.get(device) ?? 0));
    this.#entries = this.#entries.filter(({offset, expiresAt}) => offset > had && expiresAt > now);
  }

  forget(device: string): void {
    this.#cursors.delete(device);
  }
}
