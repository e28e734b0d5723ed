import type {RtpStream} from './rtp-stream.js';

const turnMs = 5;
/** What a stream sends at most in one turn: a process that was held up does not make up for it by a flood. */
const mostPerTurn = 8;

interface Paced {
  readonly stream: RtpStream;
  readonly send: (packet: Buffer) => boolean;
  /** When its first packet was, or is, due. */
  begunAt: number;
  due: number;
}

/** Lets streams flow at their rates, each at a moment of its own, by one timer. */
export class Pacer {
  readonly #paced = new Set<Paced>();
  #timer: NodeJS.Timeout | undefined;

  /** @returns what stops it again. */
  add(stream: RtpStream, send: (packet: Buffer) => boolean): () => void {
    const periodMs = 1_000 / stream.track.packetsPerSecond;
    const paced = {stream, send, begunAt: performance.now() + Math.random() * periodMs, due: 0};
    this.#paced.add(paced);
    this.#timer ??= setInterval(() => {
      this.#turn();
    }, turnMs);
    return () => this.#paced.delete(paced);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#paced.clear();
  }

  #turn(): void {
    const now = performance.now();
    for (const paced of this.#paced) {
      const {stream, send} = paced;
      const due = Math.ceil(((now - paced.begunAt) * stream.track.packetsPerSecond) / 1_000);
      for (let n = Math.min(due - paced.due, mostPerTurn); n > 0; n -= 1) if (send(stream.next())) stream.sent += 1;
      paced.due = Math.max(paced.due, due);
    }
  }
}
