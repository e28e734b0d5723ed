/** Tokens issued before a moment are revoked, which is remembered until another; milliseconds since the Unix epoch. */
export interface Remembered {
  readonly issuedBefore: number;
  readonly until: number;
}

/** Of a full memory so much is given up at a time: to look for those that end first at every addition would cost more. */
const givenUp = 0.1;

/**
 * The revocations that a node knows of by the names of what they concern, for a store that has lost them. Bounded: those
 * that end first are given up first.
 */
export class KnownRevocations {
  readonly #most: number;
  readonly #known = new Map<string, Remembered>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Of several of one name the later moment and the longer memory hold. Returns how many had to be given up. */
  add(name: string, {issuedBefore, until}: Remembered, now: number): number {
    const known = this.#known.get(name);
    this.#known.set(name, {
      issuedBefore: Math.max(issuedBefore, known?.issuedBefore ?? 0),
      until: Math.max(until, known?.until ?? 0),
    });
    return this.#known.size > this.#most ? this.#makeRoom(now) : 0;
  }

  /** Those whose time is not over. */
  current(now: number): readonly (readonly [name: string, Remembered])[] {
    for (const [name, {until}] of this.#known) if (until <= now) this.#known.delete(name);
    return [...this.#known];
  }

  #makeRoom(now: number): number {
    const current = this.current(now);
    if (current.length <= this.#most) return 0;
    const byEnd = current.toSorted(([, a], [, b]) => a.until - b.until);
    const surplus = byEnd.slice(0, Math.ceil(this.#most * givenUp));
    for (const [name] of surplus) this.#known.delete(name);
    return surplus.length;
  }
}
