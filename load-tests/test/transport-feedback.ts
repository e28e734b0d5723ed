/** A packet that came, by the number that it has on its transport, and when. */
export interface Arrival {
  readonly number: number;
  readonly atMs: number;
}

const tickMs = 0.25;
const referenceMs = 64;
const perChunk = 7;

/**
 * What a receiver tells of packets that came and of those between them that did not, as RTCP
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
 *
 * @param from the number of the first that is told of, whether it came or not.
 * @param arrivals in the order of their numbers, none before `from`; at least one.
 * @param count of such packets so far.
 */
export function transportFeedback(from: number, arrivals: readonly Arrival[], count: number): Buffer {
  const reference = Math.floor((arrivals[0]?.atMs ?? 0) / referenceMs);
  const until = (arrivals.at(-1)?.number ?? from) + 1;
  const at = new Map(arrivals.map(({number, atMs}) => [number, Math.round(atMs / tickMs)]));
  let before = (reference * referenceMs) / tickMs;
  const deltas: Buffer[] = [];
  const symbols: number[] = [];
  for (let number = from; number < until; number += 1) {
    const ticks = at.get(number);
    if (ticks === undefined) {
      symbols.push(0);
      continue;
    }
    const delta = ticks - before;
    before = ticks;
    const small = delta >= 0 && delta < 256;
    const bytes = Buffer.alloc(small ? 1 : 2);
    if (small) bytes.writeUInt8(delta);
    else bytes.writeInt16BE(delta);
    symbols.push(small ? 1 : 2);
    deltas.push(bytes);
  }
  const chunks: Buffer[] = [];
  for (let first = 0; first < symbols.length; first += perChunk) {
    const chunk = Buffer.alloc(2);
    // A vector of two bits each.
    const bits = Array.from({length: perChunk}, (_, n) => (symbols[first + n] ?? 0) << (2 * (perChunk - 1 - n)));
    chunk.writeUInt16BE(0xc000 | bits.reduce((all, one) => all | one, 0));
    chunks.push(chunk);
  }
  const head = Buffer.alloc(20);
  head.writeUInt32BE(1, 4);
  head.writeUInt16BE(from & 0xffff, 12);
  head.writeUInt16BE(symbols.length, 14);
  head.writeUIntBE(reference & 0xff_ffff, 16, 3);
  head.writeUInt8(count & 0xff, 19);
  const body = Buffer.concat([head, ...chunks, ...deltas]);
  const packet = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  // Feedback about transport, of this format; how long it is, in words after the first.
  packet.set([0x80 | 15, 205]);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  return packet;
}
