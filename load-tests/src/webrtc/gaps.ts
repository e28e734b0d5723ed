/** What was to come by one stream, and what did not. */
export interface Lost {
  readonly expected: number;
  readonly lost: number;
}

interface Stream {
  readonly first: number;
  /** Sequence numbers as they go on, beyond their 16 bits. */
  newest: number;
  received: number;
}

const half = 0x8000;
const whole = 0x1_0000;

/** What is missing of each stream, by its sequence numbers: a worker numbers without a hole what it means to send. */
export class Gaps {
  readonly #streams = new Map<number, Stream>();

  take(ssrc: number, sequence: number): void {
    const stream = this.#streams.get(ssrc);
    if (stream === undefined) {
      this.#streams.set(ssrc, {first: sequence, newest: sequence, received: 1});
      return;
    }
    stream.received += 1;
    const step = (sequence - stream.newest) & (whole - 1);
    if (step < half) stream.newest += step;
  }

  get streams(): readonly Lost[] {
    return [...this.#streams.values()].map(({first, newest, received}) => {
      const expected = newest - first + 1;
      return {expected, lost: Math.max(0, expected - received)};
    });
  }
}
