/** A place in a room's feed. */
export interface Stand {
  readonly epoch: string;
  readonly offset: number;
}

/** A message that the server accepted: its number among those written, and its offset in the feed. */
export type Accepted = readonly [sequence: number, offset: number];

/** Of an event: its place scrambled with its content, so that sums over events differ if their order does. */
function mix(sequence: number, offset: number): number {
  const mixed = Math.imul(offset, 2_654_435_761) ^ Math.imul(sequence, 2_246_822_519);
  const stirred = Math.imul(mixed ^ (mixed >>> 15), 3_266_489_917);
  return (stirred ^ (stirred >>> 13)) >>> 0;
}

/** What {@link Journal.checksum} is for whoever has exactly these. */
export const checksumOf = (accepted: readonly Accepted[]): number =>
  accepted.reduce((sum, [sequence, offset]) => (sum + mix(sequence, offset)) >>> 0, 0);

/**
 * What one client was told of one room. The client is the witness: after its beginning every stored event must be the
 * next one, unless it was told that continuity is broken.
 */
export class Journal {
  #stand: Stand | undefined;
  #seen = new Uint8Array(1_024);
  #checksum = 0;
  /** Messages seen for the first time. */
  received = 0;
  /** Events seen again. */
  doubled = 0;
  /** Events that were passed over without a word. */
  skipped = 0;
  /** How often it was told that continuity is broken. */
  told = 0;

  /** Up to where it knows the feed; undefined before its beginning. */
  get stand(): Stand | undefined {
    return this.#stand;
  }

  get checksum(): number {
    return this.#checksum;
  }

  /** From here on it is owed every event. */
  begins(stand: Stand): void {
    this.#stand = stand;
  }

  /** It is told that it goes on elsewhere. */
  breaks(stand: Stand): void {
    this.told += 1;
    this.#stand = stand;
  }

  /** @param sequence of a generated message; undefined for other events. False if it was seen before. */
  event(stand: Stand, sequence?: number): boolean {
    const known = this.#stand;
    if (known?.epoch === stand.epoch && stand.offset <= known.offset) {
      this.doubled += 1;
      return false;
    }
    if (known?.epoch !== stand.epoch) this.skipped += 1;
    else this.skipped += stand.offset - known.offset - 1;
    this.#stand = stand;
    if (sequence === undefined) return true;
    if (this.has(sequence)) {
      this.doubled += 1;
      return false;
    }
    this.#mark(sequence);
    this.#checksum = (this.#checksum + mix(sequence, stand.offset)) >>> 0;
    this.received += 1;
    return true;
  }

  has(sequence: number): boolean {
    return this.#seen[sequence] === 1;
  }

  #mark(sequence: number): void {
    if (sequence >= this.#seen.length) {
      const grown = new Uint8Array(Math.max(sequence + 1, this.#seen.length * 2));
      grown.set(this.#seen);
      this.#seen = grown;
    }
    this.#seen[sequence] = 1;
  }
}
