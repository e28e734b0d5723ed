import {KickWatch} from './kick-watch.js';

/** Where an event stands in its room. */
export interface Place {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Something that is not as promised, and whom it concerns. */
export interface Violation {
  readonly at: number;
  /** Begins with the rule in brackets. */
  readonly what: string;
  readonly who?: string;
  readonly room?: string;
}

/**
 * What all clients saw, held against each other while they see it: one order for all, acknowledgements that are kept,
 * kicks that hold. What is wrong is written down once and told at once.
 */
export class Ledger {
  readonly violations: Violation[] = [];
  readonly #onViolation: (violation: Violation) => void;
  /** What stands at a place, by the first who saw it; what was acknowledged only is marked as not seen yet. */
  readonly #places = new Map<string, {readonly identity: string; seen: boolean}>();
  /** Offset by what must not be there twice, for each epoch. */
  readonly #unique = new Map<string, number>();
  /** The room that it was for, by what must be in one room only. */
  readonly #homes = new Map<string, string>();
  readonly #epochs = new Map<string, Set<string>>();
  /** Contradictions within an epoch that may yet be given up, because the store came back with older data. */
  #contradictions: {readonly room: string; readonly epoch: string; readonly what: string}[] = [];
  /** From when on the store may have lost what it had given out. */
  #lossSince = Number.POSITIVE_INFINITY;
  /** What clients went through, counted. */
  readonly tally = {seen: 0, accepted: 0, resets: 0, resumed: 0, begunAnew: 0};
  readonly kicks: KickWatch;

  /** @param stalledMs for how long the machine has stood still altogether */
  constructor(onViolation: (violation: Violation) => void = () => undefined, stalledMs?: () => number) {
    this.#onViolation = onViolation;
    this.kicks = new KickWatch((what, about) => {
      this.violation(what, about);
    }, stalledMs);
  }

  violation(what: string, about: Pick<Violation, 'who' | 'room'> = {}): void {
    const violation = {at: Date.now(), what, ...about};
    this.violations.push(violation);
    this.#onViolation(violation);
  }

  /** The store forgets: from now on continuity may be broken, if whoever is concerned is told. */
  dataMayBeLost(): void {
    this.#lossSince = Math.min(this.#lossSince, Date.now());
    this.kicks.mayBeForgotten();
  }

  /** All is well and the rooms have these epochs: from now on nothing may be given up without another loss. */
  settle(current: ReadonlyMap<string, string>): void {
    this.#lossSince = Number.POSITIVE_INFINITY;
    this.#contradictions = [];
    this.#epochs.clear();
    for (const [room, epoch] of current) this.#epochs.set(room, new Set([epoch]));
  }

  get mayHaveLost(): boolean {
    return this.#lossSince <= Date.now();
  }

  /** Somebody writes something that must be in this room only. */
  writes(room: string, identity: string): void {
    this.#homes.set(identity, room);
  }

  /** A client saw an event. */
  sees(who: string, place: Place, identity: string): void {
    this.tally.seen += 1;
    this.#stands(`${who} saw`, place, identity, true);
  }

  /** A client was told that its message is accepted. */
  accepts(who: string, place: Place, identity: string): void {
    this.tally.accepted += 1;
    this.#stands(`${who} was told`, place, identity, false);
  }

  /** A client was told that continuity is broken. */
  resetBy(who: string, room: string, how: string): void {
    this.tally.resets += 1;
    if (!this.mayHaveLost)
      this.violation(`[SES4] ${who} was told ${how} in ${room}, though nothing was lost`, {who, room});
  }

  /** Contradictions that are still there, given the epochs that the rooms have when all is quiet. */
  lasting(current: ReadonlyMap<string, string>): string[] {
    return this.#contradictions.filter(({room, epoch}) => current.get(room) === epoch).map(({what}) => what);
  }

  /** Acknowledged messages that nobody saw, though their epoch is still the room's. It may be that nobody was there. */
  unseen(current: ReadonlyMap<string, string>): (Place & {readonly identity: string})[] {
    return [...this.#places].flatMap(([key, {identity, seen}]) => {
      const [room, epoch, offset] = key.split(' ') as [string, string, string];
      return seen || current.get(room) !== epoch ? [] : [{room, epoch, offset: Number(offset), identity}];
    });
  }

  /** What clients were told of a room's epoch, by offset. */
  told(room: string, epoch: string): ReadonlyMap<number, string> {
    const prefix = `${room} ${epoch} `;
    return new Map(
      [...this.#places].flatMap(([key, {identity}]) =>
        key.startsWith(prefix) ? [[Number(key.slice(prefix.length)), identity] as const] : [],
      ),
    );
  }

  /** Users whose joining a room was told twice without their leaving in between. */
  doubleJoins(): string[] {
    const changes = [...this.#places].flatMap(([key, {identity}]) => {
      const [room, epoch, offset] = key.split(' ');
      const [kind, user, change] = identity.split(' ');
      return kind === 'member' ? [{who: `${user!} in ${room!} ${epoch!}`, offset: Number(offset), change}] : [];
    });
    changes.sort((a, b) => a.offset - b.offset);
    const last = new Map<string, string | undefined>();
    return changes.flatMap(({who, offset, change}) => {
      const before = last.get(who);
      last.set(who, change);
      return before === 'joined' && change === 'joined' ? [`${who} joined again at ${offset}`] : [];
    });
  }

  #stands(who: string, {room, epoch, offset}: Place, identity: string, seen: boolean): void {
    const key = `${room} ${epoch} ${offset}`;
    const known = this.#places.get(key);
    if (known === undefined) this.#places.set(key, {identity, seen});
    else if (known.identity !== identity) {
      this.#contradiction(room, epoch, `[FEED1] ${who} ${identity} at ${key}, where others have ${known.identity}`);
    } else known.seen ||= seen;
    this.#newEpoch(who, room, epoch);
    // Who comes and goes does so often.
    if (identity.startsWith('member ')) return;
    const home = this.#homes.get(identity);
    if (home === undefined) this.#homes.set(identity, room);
    else if (home !== room) this.violation(`[ROOM6] ${who} ${identity} in ${room}, and it is of ${home}`, {room});
    const unique = `${room} ${epoch} ${identity}`;
    const first = this.#unique.get(unique);
    if (first === undefined) this.#unique.set(unique, offset);
    else if (first !== offset) {
      this.#contradiction(room, epoch, `[CHAT3] ${who} ${identity} at ${key}, and it is at ${first} too`);
    }
  }

  /**
   * Redis with older data takes appends in the old epoch until somebody notices. That is no contradiction if everybody
   * is then told of another epoch, so it is judged by the epoch that lasts.
   */
  #contradiction(room: string, epoch: string, what: string): void {
    if (this.mayHaveLost) this.#contradictions.push({room, epoch, what});
    else this.violation(what, {room});
  }

  #newEpoch(who: string, room: string, epoch: string): void {
    const epochs = this.#epochs.get(room) ?? new Set<string>();
    this.#epochs.set(room, epochs);
    if (epochs.has(epoch)) return;
    epochs.add(epoch);
    if (epochs.size > 1 && !this.mayHaveLost) {
      this.violation(`[FEED5] ${who} a new epoch of ${room}, though nothing was lost`, {room});
    }
  }
}
