/** So many digits that numbers compare as texts. */
const digits = 16;
export const padded = (number: number): string => String(number).padStart(digits, '0');

/** A set of names in the order of their characters' codes, for paging. */
export class SortedNames {
  readonly #names: string[] = [];

  add(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  delete(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  get size(): number {
    return this.#names.length;
  }

  page({after, limit}: {after?: string; limit: number}): {names: readonly string[]; more: boolean} {
    let start = after === undefined ? 0 : this.#indexOf(after);
    if (after !== undefined && this.#names[start] === after) start += 1;
    return {names: this.#names.slice(start, start + limit), more: start + limit < this.#names.length};
  }

  /** Where the name is or would be. */
  #indexOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? '') < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
