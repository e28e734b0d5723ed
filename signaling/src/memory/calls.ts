import type {RoomId} from '@parley/protocol';
import type {CallNotes, CallRecords, CallSettings, CallSettingsChange, Clock} from '../ports.js';
import type {Link} from './link.js';

interface Noted {
  fence: number;
  keptUntil: number;
  readonly notes: Map<string, string>;
}

const untold: CallSettings = {lobby: false, limits: {}};

/** What is known of rooms' calls, shared by all nodes. */
export class CallTable {
  readonly settings = new Map<RoomId, CallSettings>();
  readonly noted = new Map<RoomId, Noted>();

  /** Of a room that is no more. */
  forget(room: RoomId): void {
    this.settings.delete(room);
    this.noted.delete(room);
  }

  sweep(now: number): void {
    for (const [room, {keptUntil}] of this.noted) if (keptUntil <= now) this.noted.delete(room);
  }
}

/** A node's view of it. */
export class MemoryCalls implements CallRecords {
  readonly #link: Link;
  readonly #table: CallTable;
  readonly #clock: Clock;

  constructor(link: Link, table: CallTable, clock: Clock) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
  }

  settings(room: RoomId): Promise<CallSettings> {
    return this.#link.act(() => this.#table.settings.get(room) ?? untold);
  }

  setSettings(room: RoomId, {lobby, limits}: CallSettingsChange): Promise<CallSettings> {
    return this.#link.act(() => {
      const before = this.#table.settings.get(room) ?? untold;
      const merged = Object.entries({...before.limits, ...limits}).filter(([, most]) => most !== undefined);
      const after = {lobby: lobby ?? before.lobby, limits: Object.fromEntries(merged)};
      this.#table.settings.set(room, after);
      return after;
    });
  }

  open(room: RoomId, fence: number, keepMs: number): Promise<ReadonlyMap<string, string>> {
    return this.#link.act(() => {
      const noted = this.#find(room) ?? {fence: 0, keptUntil: 0, notes: new Map<string, string>()};
      noted.fence = Math.max(noted.fence, fence);
      noted.keptUntil = this.#clock.now() + keepMs;
      this.#table.noted.set(room, noted);
      return new Map(noted.notes);
    });
  }

  note(room: RoomId, fence: number, notes: CallNotes, keepMs: number): Promise<boolean> {
    return this.#link.act(() => {
      const noted = this.#find(room) ?? {fence, keptUntil: 0, notes: new Map<string, string>()};
      if (noted.fence > fence) return false;
      noted.keptUntil = this.#clock.now() + keepMs;
      this.#table.noted.set(room, noted);
      for (const [name, text] of notes) {
        if (text === undefined) noted.notes.delete(name);
        else noted.notes.set(name, text);
      }
      return true;
    });
  }

  forget(room: RoomId, fence: number): Promise<void> {
    return this.#link.act(() => {
      const noted = this.#find(room);
      if (noted && noted.fence <= fence) this.#table.noted.delete(room);
    });
  }

  #find(room: RoomId): Noted | undefined {
    const noted = this.#table.noted.get(room);
    return noted && noted.keptUntil > this.#clock.now() ? noted : undefined;
  }
}
