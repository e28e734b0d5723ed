/** The longest time between two things that should follow one another closely. */
export class Silence {
  #lastAt: number | undefined;
  #longestMs = 0;

  begin(): void {
    this.#lastAt = performance.now();
    this.#longestMs = 0;
  }

  broken(): void {
    if (this.#lastAt === undefined) return;
    this.#longestMs = this.longestMs();
    this.#lastAt = performance.now();
  }

  /** For how long there has been nothing. */
  presentMs(): number {
    return this.#lastAt === undefined ? 0 : performance.now() - this.#lastAt;
  }

  /** The present one included. */
  longestMs(): number {
    return Math.max(this.#longestMs, this.presentMs());
  }
}
