/** Chance that can be had again: the same seed gives the same run of numbers (sfc32). */
export class SeededRandom {
  #a = 0x9e3779b9;
  #b = 0x243f6a88;
  #c = 0xb7e15162;
  #counter = 1;

  constructor(seed: number) {
    this.#a ^= seed;
    this.#b ^= Math.imul(seed, 0x85ebca6b);
    for (let i = 0; i < 20; i += 1) this.#next();
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    const picked = from[Math.floor(this.fraction() * from.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  /** One of the values, each as likely as its weight says. */
  weighted<T>(weights: readonly (readonly [weight: number, value: T])[]): T {
    let rest = this.fraction() * weights.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of weights) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return weights.at(-1)![1];
  }

  sample<T>(from: readonly T[], count: number): T[] {
    const left = [...from];
    return Array.from(
      {length: Math.min(count, left.length)},
      () => left.splice(this.between(0, left.length - 1), 1)[0]!,
    );
  }

  /** Chance of its own for somebody else: what they draw changes nothing here. */
  fork(): SeededRandom {
    return new SeededRandom(this.#next());
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}
