/** How many connections each client address has on this node. */
export class AddressSeats {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  /** @param most of one address; 0: not limited */
  constructor(most: number) {
    this.#most = most;
  }

  /** False if the address has as many as it may; otherwise one more, to be given back once. */
  take(address: string): boolean {
    const taken = this.#taken.get(address) ?? 0;
    if (this.#most > 0 && taken >= this.#most) return false;
    this.#taken.set(address, taken + 1);
    return true;
  }

  giveBack(address: string): void {
    const taken = this.#taken.get(address) ?? 0;
    if (taken > 1) this.#taken.set(address, taken - 1);
    else this.#taken.delete(address);
  }

  /** Addresses with a connection. */
  get size(): number {
    return this.#taken.size;
  }
}
