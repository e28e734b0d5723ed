import {build, type Histogram} from 'hdr-histogram-js';

/** Microseconds on a clock that all processes of a machine share. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);

/** What a generated message's text says: its number in its room and when it was sent, then padding. */
export const compose = (sequence: number, bytes: number): string =>
  `#${String(sequence)}#${String(nowMicros())}#`.padEnd(bytes, '.');

export interface Counts {
  received: number;
  duplicates: number;
  /** Arrived after a later one of the same room. */
  disordered: number;
}

/** What one receiver got: each number once, in order, and how late. */
export class Tally {
  readonly counts: Counts = {received: 0, duplicates: 0, disordered: 0};
  readonly #latency: Histogram;
  #seen = new Uint8Array(1_024);
  #newest = 0;
  /** Messages below this number belong to the warm-up. */
  from = 1;

  constructor(latency: Histogram) {
    this.#latency = latency;
  }

  take(frame: string): void {
    const start = frame.indexOf('"text":"#');
    if (start < 0) return;
    const sequence = Number.parseInt(frame.slice(start + 9, start + 20), 10);
    const sentAt = Number.parseInt(frame.slice(frame.indexOf('#', start + 9) + 1), 10);
    if (sequence >= this.#seen.length) {
      const grown = new Uint8Array(Math.max(sequence + 1, this.#seen.length * 2));
      grown.set(this.#seen);
      this.#seen = grown;
    }
    if (sequence < this.from) return;
    if (this.#seen[sequence] === 1) {
      this.counts.duplicates += 1;
      return;
    }
    this.#seen[sequence] = 1;
    this.counts.received += 1;
    if (sequence < this.#newest) this.counts.disordered += 1;
    else this.#newest = sequence;
    this.#latency.recordValue(Math.max(1, nowMicros() - sentAt));
  }
}

/** Latencies in microseconds, 1 µs to 60 s, to three digits. */
export const latencyHistogram = (): Histogram =>
  build({lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3});
