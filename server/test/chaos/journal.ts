import type {Ledger} from './ledger.js';

/** A line of a journal, and when it was written. */
export interface JournalLine {
  readonly at: number;
  readonly text: string;
}

interface Stand {
  readonly epoch: string;
  readonly offset: number;
}

/** After longer than this more may have been missed than a node replays. */
const rejoinableMs = 15_000;

/**
 * What one client was told of one room, looked at while it is told: after a beginning every event is the next one, or
 * the client is told that continuity is broken.
 */
export class Journal {
  readonly #who: string;
  readonly #room: string;
  readonly #ledger: Ledger;
  readonly #lines: JournalLine[] = [];
  #stand: Stand | undefined;
  /** The offset after which it was told that it goes on, when it last was. */
  #from = 0;
  #last: {readonly stand: Stand; readonly leftAt: number} | undefined;

  constructor(who: string, room: string, ledger: Ledger) {
    this.#who = who;
    this.#room = room;
    this.#ledger = ledger;
  }

  /** Up to where it was told everything; undefined while it is not in the room. */
  get stand(): Stand | undefined {
    return this.#stand;
  }

  /** Whether an event of this place must have reached it, if it is told everything. */
  isOwed({epoch, offset}: Stand): boolean {
    return this.#stand?.epoch === epoch && offset > this.#from;
  }

  /** Where it was when it was last in the room, if so little was missed since that all of it can be given. */
  get lastStand(): Stand | undefined {
    return this.#last && Date.now() - this.#last.leftAt < rejoinableMs ? this.#last.stand : undefined;
  }

  /** The last lines, for whoever looks into a failure. */
  get lines(): readonly JournalLine[] {
    return this.#lines;
  }

  /** The client is in the room: from here on it is owed every event. */
  begins(stand: Stand, how: string): void {
    this.#note(`${how}: goes on after ${stand.epoch} ${stand.offset}`);
    this.#stand = stand;
    this.#from = stand.offset;
  }

  /** It is told that it goes on elsewhere. */
  reset(stand: Stand, how: string): void {
    this.#ledger.resetBy(this.#who, this.#room, `${how} (was at ${this.#said()}, goes on after ${stand.offset})`);
    this.begins(stand, how);
  }

  event(stand: Stand, identity: string): void {
    const {epoch, offset} = stand;
    this.#note(`${epoch} ${offset} ${identity}`);
    const mine = this.#stand;
    if (mine === undefined) {
      this.#violation(`[ROOM6] ${this.#who} saw ${offset} of ${this.#room}, in which it is not`);
      return;
    }
    if (mine.epoch !== epoch) {
      this.#violation(`[FEED2] ${this.#who} saw another epoch of ${this.#room} without being told: at ${offset}`);
    } else if (offset <= mine.offset) {
      this.#violation(`[FEED2] ${this.#who} saw ${offset} of ${this.#room} again, at ${this.#said()}`);
    } else if (offset > mine.offset + 1) {
      this.#violation(`[FEED2] ${this.#who} has a hole in ${this.#room}: ${offset} after ${this.#said()}`);
    }
    this.#stand = stand;
    this.#ledger.sees(this.#who, {room: this.#room, epoch, offset}, identity);
  }

  leaves(how: string): void {
    this.#note(`${how}: not in the room any more`);
    if (this.#stand) this.#last = {stand: this.#stand, leftAt: Date.now()};
    this.#stand = undefined;
  }

  note(what: string): void {
    this.#note(what);
  }

  #violation(what: string): void {
    this.#ledger.violation(what, {who: this.#who, room: this.#room});
  }

  #said(): string {
    return this.#stand ? `${this.#stand.epoch} ${this.#stand.offset}` : 'nothing';
  }

  #note(line: string): void {
    this.#lines.push({at: Date.now(), text: line});
    if (this.#lines.length > 2_000) this.#lines.splice(0, 1_000);
  }
}
