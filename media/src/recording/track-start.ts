import type {ClockMark} from './sender-reports.js';

/** Reports that are looked at: afterwards the two clocks of a sender may have drifted apart. */
const reports = 30;

/**
 * When the first packet of a track was captured.
 *
 * Its arrival alone is no measure of that: a busy publisher's first picture takes longer than all others, and the whole
 * track would come too late. What the sender reports is taken instead. Delays make the time that a report implies later,
 * never earlier: the earliest is the nearest to the truth.
 */
export class TrackStart {
  readonly #clockRate: number;
  #first: number | undefined;
  #earliest: number | undefined;
  #reports = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Milliseconds since the Unix epoch; undefined before the first packet, its arrival as long as nothing was reported. */
  get atMs(): number | undefined {
    return this.#earliest;
  }

  /** The first packet came. */
  begin(arrivedAtMs: number, rtpTimestamp: number): void {
    this.#first = rtpTimestamp;
    this.#earliest = arrivedAtMs;
  }

  report({atMs, rtpTimestamp}: ClockMark): void {
    if (this.#first === undefined || this.#earliest === undefined || this.#reports === reports) return;
    this.#reports += 1;
    // RTP's time is of 32 bits and wraps.
    const ticks = (rtpTimestamp - this.#first) | 0;
    this.#earliest = Math.min(this.#earliest, atMs - (ticks / this.#clockRate) * 1_000);
  }
}
