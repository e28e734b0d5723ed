import type {Frame, FrameMaker} from './frame.js';
import type {RtpPacket} from './rtp-packet.js';

const temporalDelimiter = Uint8Array.of(0x12, 0x00);
const types = {sequenceHeader: 1, temporalDelimiter: 2, tileList: 8} as const;
const extension = 0x04;
const sized = 0x02;

/** Pictures of AV1 (AOMedia's "RTP Payload Format For AV1"): each with what belongs to the same moment. */
export class Av1Frames implements FrameMaker {
  #timestamp: number | undefined;
  #units: Buffer[] = [];
  /** The parts of a unit that goes on in the next packet. */
  #open: Buffer[] | undefined;
  #spoiled = false;

  push({timestamp, marker, payload}: RtpPacket): Frame | undefined {
    if (timestamp !== this.#timestamp) this.#begin(timestamp);
    if (!this.#take(payload)) this.lose();
    if (!marker) return undefined;
    const units = this.#units;
    const whole = !this.#spoiled && this.#open === undefined && units.length > 0;
    this.#begin(undefined);
    if (!whole) return undefined;
    const key = units.some((unit) => typeOf(unit) === types.sequenceHeader);
    return {data: Buffer.concat([temporalDelimiter, ...units.map(withSize)]), rtpTimestamp: timestamp, key};
  }

  lose(): void {
    this.#units = [];
    this.#open = undefined;
    this.#spoiled = true;
  }

  #begin(timestamp: number | undefined): void {
    this.#timestamp = timestamp;
    this.#units = [];
    this.#open = undefined;
    this.#spoiled = false;
  }

  /** False if it makes no sense. */
  #take(payload: Buffer): boolean {
    const aggregation = payload[0] ?? 0;
    const elements = readElements(payload.subarray(1), (aggregation >> 4) & 0x03);
    if (elements === undefined) return false;
    const continues = (aggregation & 0x80) !== 0;
    if (continues !== (this.#open !== undefined)) return false;
    const goesOn = (aggregation & 0x40) !== 0;
    elements.forEach((element, index) => {
      const parts = [...(this.#open ?? []), element];
      this.#open = undefined;
      if (goesOn && index === elements.length - 1) this.#open = parts;
      else this.#add(Buffer.concat(parts));
    });
    return true;
  }

  #add(unit: Buffer): void {
    const type = typeOf(unit);
    // Each picture gets one of its own; lists of tiles are not for live video.
    if (unit.length > 0 && type !== types.temporalDelimiter && type !== types.tileList) this.#units.push(unit);
  }
}

const typeOf = (unit: Buffer): number => ((unit[0] ?? 0) >> 3) & 0x0f;

/** @param count how many there are; 0: it is not said, and each has its size before it, else all but the last */
function readElements(bytes: Buffer, count: number): readonly Buffer[] | undefined {
  const elements: Buffer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (count > 0 && elements.length === count - 1) {
      elements.push(rest);
      return elements;
    }
    const size = readSize(rest);
    if (size === undefined || rest.length < size.bytes + size.value) return undefined;
    elements.push(rest.subarray(size.bytes, size.bytes + size.value));
    rest = rest.subarray(size.bytes + size.value);
  }
  return count === 0 && elements.length > 0 ? elements : undefined;
}

/** A number in groups of seven bits, the lowest first (AV1 bitstream, 4.10.5). */
function readSize(bytes: Buffer): {readonly value: number; readonly bytes: number} | undefined {
  let value = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    value |= (byte & 0x7f) << (7 * index);
    if ((byte & 0x80) === 0) return {value, bytes: index + 1};
  }
  return undefined;
}

function sizeOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 0x7f ? 0x80 : 0;
    bytes.push((rest & 0x7f) | more);
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** RTP leaves sizes out; in a file each unit has its own. */
function withSize(unit: Buffer): Buffer {
  const first = unit[0] ?? 0;
  if ((first & sized) !== 0) return unit;
  const headerBytes = (first & extension) === 0 ? 1 : 2;
  const header = Buffer.from(unit.subarray(0, headerBytes));
  header[0] = first | sized;
  const content = unit.subarray(headerBytes);
  return Buffer.concat([header, sizeOf(content.length), content]);
}
