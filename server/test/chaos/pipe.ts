import type {Socket} from 'node:net';

/** What becomes of the bytes between two ends. */
export type Line =
  | {readonly line: 'pass'}
  /** Every piece arrives later by this, in order. */
  | {readonly line: 'delay'; readonly ms: number}
  /** Both ways, each so fast; the sender feels it as back pressure. */
  | {readonly line: 'throttle'; readonly bytesPerSecond: number}
  /** Half-open: connections stand and new ones are taken, and nothing gets through until the line changes. */
  | {readonly line: 'hole'}
  /** Only what goes this way gets through: requests (`there`) whose answers are lost, or answers (`back`) to lost requests. */
  | {readonly line: 'one-way'; readonly open: 'there' | 'back'}
  /** As if nobody listened: new connections are reset, those that stand are treated as by `pass`. */
  | {readonly line: 'refuse'};

const tickMs = 20;
/** What a throttled pipe may send at once after a pause. */
const burstMs = 50;

/** What the line is for the one direction and for the other. */
export function directions(line: Line): readonly [there: Line, back: Line] {
  if (line.line !== 'one-way') return [line, line];
  return line.open === 'there' ? [{line: 'pass'}, {line: 'hole'}] : [{line: 'hole'}, {line: 'pass'}];
}

/** One direction of a connection: bytes in their order, as the line lets them. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #held: {bytes: Buffer; readonly dueAt: number}[] = [];
  #line: Line;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes that a throttled pipe may send, as of `#filledAt`. */
  #tokens = 0;
  #filledAt = performance.now();

  constructor(from: Socket, to: Socket, line: Line) {
    this.#from = from;
    this.#to = to;
    this.#line = line;
    from.on('data', (bytes: Buffer) => {
      const delay = this.#line.line === 'delay' ? this.#line.ms : 0;
      this.#held.push({bytes, dueAt: performance.now() + delay});
      this.#flush();
    });
    to.on('drain', () => {
      this.#flush();
    });
    this.set(line);
  }

  set(line: Line): void {
    this.#line = line;
    this.#flush();
  }

  /** Nothing is held here, or waits to be sent on. */
  get empty(): boolean {
    return this.#held.length === 0 && this.#to.writableLength === 0;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    if (this.#line.line === 'hole') {
      this.#from.pause();
      return;
    }
    const now = performance.now();
    let budget = this.#budget(now);
    while (budget >= 1 && !this.#to.writableNeedDrain) {
      const [first] = this.#held;
      if (!first || first.dueAt > now) break;
      const part = first.bytes.subarray(0, budget);
      this.#to.write(part);
      budget -= part.length;
      this.#tokens -= part.length;
      if (part.length === first.bytes.length) this.#held.shift();
      else first.bytes = first.bytes.subarray(part.length);
    }
    if (this.#held.length === 0) {
      this.#from.resume();
      return;
    }
    // Back pressure: what is held is bounded by what was read already, or by what a delay can gather.
    if (this.#line.line !== 'delay') this.#from.pause();
    this.#timer = setTimeout(() => {
      this.#flush();
    }, tickMs);
  }

  #budget(now: number): number {
    if (this.#line.line !== 'throttle') return Number.POSITIVE_INFINITY;
    const {bytesPerSecond} = this.#line;
    const most = Math.max(1, (bytesPerSecond * burstMs) / 1_000);
    this.#tokens = Math.min(most, Math.max(0, this.#tokens) + ((now - this.#filledAt) * bytesPerSecond) / 1_000);
    this.#filledAt = now;
    return Math.floor(this.#tokens);
  }
}
