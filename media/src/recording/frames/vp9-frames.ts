import type {Frame, FrameMaker} from './frame.js';
import type {RtpPacket} from './rtp-packet.js';
import {readVp9Payload, type Vp9Part} from './vp9-payload.js';

/** Pictures of VP9 (RFC 9628), each with the layers of size that came of it. */
export class Vp9Frames implements FrameMaker {
  #timestamp: number | undefined;
  #key = false;
  /** Layers that are whole, the smallest first, and the parts of the one that is not. */
  #layers: Buffer[] = [];
  #parts: Buffer[] | undefined;

  push({timestamp, marker, payload}: RtpPacket): Frame | undefined {
    const part = readVp9Payload(payload);
    if (timestamp !== this.#timestamp) this.#begin(timestamp, part);
    if (part === undefined) {
      this.#spoil();
      return undefined;
    }
    if (part.begins) this.#parts = [];
    this.#parts?.push(part.data);
    if (part.ends && this.#parts !== undefined) {
      this.#layers.push(Buffer.concat(this.#parts));
      this.#parts = undefined;
    }
    if (!marker) return undefined;
    const whole = this.#parts === undefined && this.#layers.length > 0;
    const frame = {data: superframe(this.#layers), rtpTimestamp: timestamp, key: this.#key};
    this.#spoil();
    return whole ? frame : undefined;
  }

  lose(): void {
    this.#spoil();
  }

  #begin(timestamp: number, first: Vp9Part | undefined): void {
    this.#timestamp = timestamp;
    this.#key = first !== undefined && first.begins && first.size === 0 && !first.predicted;
    this.#layers = [];
    this.#parts = undefined;
  }

  /** Nothing comes of this picture any more. */
  #spoil(): void {
    this.#layers = [];
    this.#parts = undefined;
    this.#key = false;
  }
}

/** Several layers of one picture are one packet to a decoder, with an index behind them (VP9 bitstream, annex B). */
function superframe(layers: readonly Buffer[]): Buffer {
  if (layers.length < 2) return layers[0] ?? Buffer.alloc(0);
  const sizeBytes = 4;
  const mark = Uint8Array.of(0xc0 | ((sizeBytes - 1) << 3) | (layers.length - 1));
  const sizes = Buffer.alloc(sizeBytes * layers.length);
  layers.forEach(({length}, index) => sizes.writeUInt32LE(length, sizeBytes * index));
  return Buffer.concat([...layers, mark, sizes, mark]);
}
