import type {SeededRandom} from '../../../server/test/chaos/seeded-random.js';

/** One way; how long a datagram takes differs from `delayMs` by `jitterMs` at most, either way. */
export interface Path {
  readonly delayMs: number;
  readonly jitterMs?: number;
  /** Of a hundred, at random. */
  readonly lost?: number;
  /** Whether a datagram that takes less time overtakes others. */
  readonly overtaking?: boolean;
}

/** One direction of a path by which datagrams take a time. */
export class DelayLine {
  readonly #path: () => Path;
  readonly #random: SeededRandom;
  readonly #send: (datagram: Buffer) => void;
  /** By when they are due. */
  readonly #underWay: {readonly at: number; readonly datagram: Buffer}[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** How much later than due one was sent at most, as this process was busy. */
  lateMs = 0;

  constructor(path: () => Path, random: SeededRandom, send: (datagram: Buffer) => void) {
    this.#path = path;
    this.#random = random;
    this.#send = send;
  }

  take(datagram: Buffer): void {
    const {delayMs, jitterMs = 0, lost = 0, overtaking = false} = this.#path();
    if (this.#random.chance(lost / 100)) return;
    const soonest = performance.now() + delayMs + (2 * this.#random.fraction() - 1) * jitterMs;
    const at = overtaking ? soonest : Math.max(soonest, this.#underWay.at(-1)?.at ?? 0);
    const place = this.#underWay.findLastIndex((other) => other.at <= at) + 1;
    this.#underWay.splice(place, 0, {at, datagram});
    if (place === 0) this.#deliver();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#underWay.length = 0;
  }

  /** What is due, and then what will be. */
  #deliver(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    let next = this.#underWay[0];
    for (; next !== undefined && next.at <= now; next = this.#underWay[0]) {
      this.lateMs = Math.max(this.lateMs, now - next.at);
      this.#send(next.datagram);
      this.#underWay.shift();
    }
    if (next === undefined) return;
    this.#timer = setTimeout(() => {
      this.#deliver();
    }, next.at - now);
  }
}
