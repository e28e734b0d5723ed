/**
 * What a worker has to be spared, worse from left to right: nothing; most videos; all videos; and, besides, newcomers.
 * A worker that takes all of its processor loses packets of everybody, so less is asked of it before.
 */
export const degrees = ['none', 'fewer', 'sound', 'full'] as const;
export type Degree = (typeof degrees)[number];

/** Of what a full worker takes of its processor, where the lower degrees begin. */
const begins: Readonly<Record<Degree, number>> = {none: -Infinity, fewer: 0.82, sound: 0.92, full: 1};
/** A degree is left when the load has been that much below its beginning, of what a full worker takes, … */
const relief = 0.15;
/** … for so long: what was spared comes back with it. */
const calmMs = 10_000;
/** Between two degrees upwards: what the first spares is to be measured. */
const riseMs = 2_000;

const at = (index: number): Degree => degrees[index] ?? 'none';

/** How strained a worker is, by its measured load: worse soon, one degree after the other, and better late. */
export class Strain {
  readonly #fullAt: number;
  #index = 0;
  #changedAt = -Infinity;
  #strainedAt = -Infinity;

  /** A worker that takes so much of its processor is full. */
  constructor(fullAt: number) {
    this.#fullAt = fullAt;
  }

  get degree(): Degree {
    return at(this.#index);
  }

  measured(cpu: number, now: number): void {
    const load = cpu / this.#fullAt;
    if (load > begins[this.degree] - relief) this.#strainedAt = now;
    const next = begins[at(this.#index + 1)];
    if (this.#index + 1 < degrees.length && load >= next && now - this.#changedAt >= riseMs) this.#step(1, now);
    else if (this.#index > 0 && now - this.#strainedAt >= calmMs && now - this.#changedAt >= calmMs)
      this.#step(-1, now);
  }

  reset(): void {
    this.#index = 0;
    this.#changedAt = -Infinity;
    this.#strainedAt = -Infinity;
  }

  #step(by: 1 | -1, now: number): void {
    this.#index += by;
    this.#changedAt = now;
    this.#strainedAt = now;
  }
}

export function worst(all: readonly Degree[]): Degree {
  return at(Math.max(0, ...all.map((degree) => degrees.indexOf(degree))));
}
