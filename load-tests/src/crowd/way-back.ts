import type {Notes} from './notes.js';

/** A client's way back, from the loss of its connection to having everything that it missed. */
export class WayBack {
  readonly #notes: Notes;
  readonly #lostAt = performance.now();
  #triedAt: number | undefined;
  #announcedFor: number | undefined;
  /** Up to here it was told to go; undefined while it has no connection. */
  #head: number | undefined;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** A draining node told it to come back after so many milliseconds. */
  announced(afterMs: number): void {
    this.#announcedFor = Date.now() + afterMs;
    this.#notes.announcedFor(this.#announcedFor);
  }

  tries(): void {
    this.#triedAt ??= performance.now();
  }

  /** The connection that it had meanwhile is lost as well. */
  fails(): void {
    this.#head = undefined;
  }

  connected(): void {
    if (this.#announcedFor !== undefined) this.#notes.late.recordValue(Math.max(0, Date.now() - this.#announcedFor));
    this.#announcedFor = undefined;
  }

  leadsTo(head: number): void {
    this.#head = head;
  }

  /** Whether it is over for a client that is at this offset; then it is noted, once. */
  endsAt(offset: number): boolean {
    if (this.#head === undefined || offset < this.#head) return false;
    const now = performance.now();
    this.#notes.back.recordValue(now - (this.#triedAt ?? now));
    this.#notes.gone.recordValue(now - this.#lostAt);
    return true;
  }
}
