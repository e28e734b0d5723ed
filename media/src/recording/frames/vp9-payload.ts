/** A part of one layer of a picture. */
export interface Vp9Part {
  /** Of the layer, from 0, the smallest. */
  readonly size: number;
  /** It needs pictures before this one. */
  readonly predicted: boolean;
  /** The layer begins or ends with it. */
  readonly begins: boolean;
  readonly ends: boolean;
  readonly data: Buffer;
}

/** Reads bytes one after another; `undefined` if there are too few. */
class Bytes {
  readonly #payload: Buffer;
  #at = 0;

  constructor(payload: Buffer) {
    this.#payload = payload;
  }

  next(): number {
    const at = this.#at;
    this.#at += 1;
    return this.#payload[at] ?? 0;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** Undefined: nothing is left, or was read over the end. */
  get rest(): Buffer | undefined {
    return this.#at < this.#payload.length ? this.#payload.subarray(this.#at) : undefined;
  }
}

const has = (byte: number, bit: number): boolean => (byte & bit) !== 0;

/** Takes off what RTP puts before each part (RFC 9628 §4.2); undefined if it makes no sense. */
export function readVp9Payload(payload: Buffer): Vp9Part | undefined {
  const bytes = new Bytes(payload);
  const first = bytes.next();
  const predicted = has(first, 0x40);
  const flexible = has(first, 0x10);
  if (has(first, 0x80) && has(bytes.next(), 0x80)) bytes.skip(1);
  const size = has(first, 0x20) ? (bytes.next() >> 1) & 0x07 : 0;
  if (has(first, 0x20) && !flexible) bytes.skip(1);
  if (flexible && predicted) skipReferences(bytes);
  if (has(first, 0x02)) skipStructure(bytes);
  const data = bytes.rest;
  return data && {size, predicted, begins: has(first, 0x08), ends: has(first, 0x04), data};
}

function skipReferences(bytes: Bytes): void {
  for (let reference = 0; reference < 3; reference += 1) if (!has(bytes.next(), 0x01)) return;
}

/** The sizes of the layers, and which picture needs which. */
function skipStructure(bytes: Bytes): void {
  const first = bytes.next();
  if (has(first, 0x10)) bytes.skip(4 * ((first >> 5) + 1));
  if (!has(first, 0x08)) return;
  const pictures = bytes.next();
  for (let picture = 0; picture < pictures; picture += 1) bytes.skip((bytes.next() >> 2) & 0x03);
}
