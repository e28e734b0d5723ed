import type {media} from '@parley/protocol';
import {transportFeedback, type Arrival} from './transport-feedback.js';

const numberUri = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const sentAtUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
/** What waits for longer is lost. */
const queueMs = 300;
const feedbackMs = 50;
/** Of UDP and IP, in bytes. */
const overhead = 28;
/** What abs-send-time counts in, and when it begins anew. */
const sentTicksPerMs = 2 ** 18 / 1_000;
const sentWraps = 2 ** 24;

/**
 * A path that carries so much and no more, from its end: what is more waits, and is lost if it would wait for long; and
 * the sender is told what came when. It runs by the time that packets say they were sent at: this machine's haste is
 * none of the path's.
 */
export class NarrowPath implements Disposable {
  readonly #bitsPerSecond: number;
  #ids: {readonly number: number; readonly sentAt: number} | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When it has carried all that was sent so far, in the sender's milliseconds. */
  #freeAt = -Infinity;
  #lastSent = 0;
  #lastNumber = 0;
  #toldUntil: number | undefined;
  readonly #arrivals: Arrival[] = [];
  #count = 0;

  constructor(bitsPerSecond: number) {
    this.#bitsPerSecond = bitsPerSecond;
  }

  /** What the sender is told goes there from now on. */
  open(answer: (feedback: Buffer) => void): void {
    this.#timer = setInterval(() => {
      // What still waits has not come.
      const nowMs = this.#lastSent / sentTicksPerMs;
      const waiting = this.#arrivals.findIndex(({atMs}) => atMs > nowMs);
      const arrivals = this.#arrivals.splice(0, waiting === -1 ? Infinity : waiting);
      const [first, last] = [arrivals[0], arrivals.at(-1)];
      if (first === undefined || last === undefined) return;
      answer(transportFeedback(this.#toldUntil ?? first.number, arrivals, this.#count));
      this.#count += 1;
      this.#toldUntil = last.number + 1;
    }, feedbackMs);
  }

  /** How the router says what this needs to know of packets. */
  understand({headerExtensions = []}: media.RtpCapabilities): void {
    const idOf = (uri: string): number => headerExtensions.find((one) => one.uri === uri)?.preferredId ?? 0;
    this.#ids = {number: idOf(numberUri), sentAt: idOf(sentAtUri)};
  }

  /** Whether the RTP packet, the next that was sent, gets through. What has no number, as sound has none, takes no room. */
  carries(packet: Buffer): boolean {
    const {number, sentAt} = this.#read(packet);
    if (number === undefined || sentAt === undefined) return true;
    this.#lastSent += wrapped(sentAt - (this.#lastSent % sentWraps), sentWraps);
    this.#lastNumber += wrapped(number - (this.#lastNumber % 0x1_0000), 0x1_0000);
    const sentMs = this.#lastSent / sentTicksPerMs;
    const beginsMs = Math.max(sentMs, this.#freeAt);
    if (beginsMs - sentMs > queueMs) return false;
    this.#freeAt = beginsMs + ((packet.length + overhead) * 8_000) / this.#bitsPerSecond;
    this.#arrivals.push({number: this.#lastNumber, atMs: this.#freeAt});
    return true;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Header extensions of one byte each (RFC 8285 §4.2). */
  #read(packet: Buffer): {number?: number; sentAt?: number} {
    const found: {number?: number; sentAt?: number} = {};
    let at = 12 + 4 * ((packet[0] ?? 0) & 0x0f);
    if (((packet[0] ?? 0) & 0x10) === 0 || packet.readUInt16BE(at) !== 0xbede) return found;
    const end = at + 4 + 4 * packet.readUInt16BE(at + 2);
    at += 4;
    while (at < end) {
      const head = packet[at] ?? 0;
      at += 1;
      if (head === 0) continue;
      const id = head >> 4;
      if (id === this.#ids?.number) found.number = packet.readUInt16BE(at);
      if (id === this.#ids?.sentAt) found.sentAt = packet.readUIntBE(at, 3);
      at += (head & 0x0f) + 1;
    }
    return found;
  }
}

/** The shortest way round. */
const wrapped = (step: number, whole: number): number => {
  const ahead = ((step % whole) + whole) % whole;
  return ahead < whole / 2 ? ahead : ahead - whole;
};
