import type {RtpPacket} from './rtp-packet.js';

/** What was sent again comes later than its successors: so many of them are kept until it is given up. */
const patience = 200;
/** Further behind than that is no late packet but a sender that began anew. */
const farthest = 3_000;

/** Gives packets in the order in which they were sent, each once. */
export class PacketOrder {
  readonly #onPacket: (packet: RtpPacket) => void;
  readonly #onLoss: () => void;
  readonly #waiting = new Map<number, RtpPacket>();
  #next: number | undefined;

  /** @param onLoss something before the next packet never came */
  constructor(onPacket: (packet: RtpPacket) => void, onLoss: () => void) {
    this.#onPacket = onPacket;
    this.#onLoss = onLoss;
  }

  push(packet: RtpPacket): void {
    this.#next ??= packet.sequence;
    const ahead = distance(this.#next, packet.sequence);
    if (Math.abs(ahead) > farthest) this.#beginAt(packet.sequence);
    else if (ahead < 0) return;
    this.#waiting.set(packet.sequence, packet);
    this.#drain();
    if (this.#waiting.size > patience) this.#skip();
  }

  /** Nothing comes any more: what waits is given as it is. */
  end(): void {
    while (this.#waiting.size > 0) this.#skip();
  }

  #drain(): void {
    for (;;) {
      const next = this.#next;
      const packet = next === undefined ? undefined : this.#waiting.get(next);
      if (next === undefined || packet === undefined) return;
      this.#waiting.delete(next);
      this.#next = (next + 1) & 0xffff;
      this.#onPacket(packet);
    }
  }

  #skip(): void {
    const from = this.#next ?? 0;
    const nearest = Math.min(...[...this.#waiting.keys()].map((sequence) => distance(from, sequence)));
    this.#next = (from + nearest) & 0xffff;
    this.#onLoss();
    this.#drain();
  }

  #beginAt(sequence: number): void {
    this.#waiting.clear();
    this.#next = sequence;
    this.#onLoss();
  }
}

/** By how much one number is after another, of 16 bits each; negative: before it. */
function distance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}
