import type {Clock} from '../ports.js';

/** For how long a node remembers what it handed on: well beyond the time after which another takes a dead one's place. */
const rememberedMs = 10 * 60_000;
const rememberedAtMost = 10_000;

interface Handed {
  readonly until: number;
  readonly reached: number;
}

/** Pushes that this node handed on and may be asked for again; the oldest give way. */
export class HandedOnce {
  readonly #clock: Pick<Clock, 'now'>;
  /** In the order of their ends, because all are remembered equally long. */
  readonly #handed = new Map<string, Handed>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How many it reached, now or the first time. */
  once(key: string, hand: () => number): number {
    const now = this.#clock.now();
    const known = this.#handed.get(key);
    if (known !== undefined && known.until > now) return known.reached;
    for (const [old, {until}] of this.#handed) {
      if (until > now && this.#handed.size < rememberedAtMost) break;
      this.#handed.delete(old);
    }
    const reached = hand();
    this.#handed.set(key, {until: now + rememberedMs, reached});
    return reached;
  }
}
