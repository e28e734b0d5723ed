import {processUsage} from './process-usage.js';

/** What several processes took of a processor in the same stretches of time, one after another. */
export class WorkerShares {
  readonly #pids: readonly number[];
  #at = performance.now();
  #before: readonly number[];
  /** For each stretch, the share of each process. */
  readonly stretches: (readonly number[])[] = [];

  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#before = this.#micros();
  }

  /** A stretch ends here, and the next one begins. */
  mark(): void {
    const [at, micros] = [performance.now(), this.#micros()];
    const tookMicros = (at - this.#at) * 1_000;
    this.stretches.push(micros.map((used, n) => (used - (this.#before[n] ?? used)) / tookMicros));
    this.#at = at;
    this.#before = micros;
  }

  #micros(): readonly number[] {
    return this.#pids.map((pid) => processUsage(pid).cpuMicros);
  }
}

const sumOf = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + share, 0);

/** How much more than the mean the busiest has: 1 if all have the same; 1 as well if none has anything. */
export function unevenness(shares: readonly number[]): number {
  const sum = sumOf(shares);
  return sum === 0 ? 1 : (Math.max(...shares) * shares.length) / sum;
}

/** Of several stretches, by process. */
export const meansOf = (stretches: readonly (readonly number[])[]): readonly number[] =>
  (stretches[0] ?? []).map((_, n) => sumOf(stretches.map((shares) => shares[n] ?? 0)) / stretches.length);
