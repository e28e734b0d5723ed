import {fractions} from '../generator/fractions.js';

/** Whole numbers that a seed repeats, from 0 up to below `end`. */
export function seeded(seed: number): (end: number) => number {
  const next = fractions(seed);
  return (end) => Math.floor(next() * end);
}

export type Chance = ReturnType<typeof seeded>;

const largest = 1_400;
const magicCookie = 0x21_12_a4_42;

const bytes = (chance: Chance, length: number): Buffer => Buffer.from(Array.from({length}, () => chance(256)));

/** Lengths and types as in a message of STUN (RFC 8489), with attributes that may say more than there is. */
function stun(chance: Chance): Buffer {
  const attributes = Array.from({length: chance(5)}, () => {
    const value = bytes(chance, chance(40));
    const head = Buffer.alloc(4);
    head.writeUInt16BE([6, 8, 0x24, 0x25, 0x8028, chance(0x1_0000)][chance(6)] ?? 0, 0);
    head.writeUInt16BE(chance(4) === 0 ? chance(0x1_0000) : value.length, 2);
    return Buffer.concat([head, value]);
  });
  const body = Buffer.concat(attributes);
  const head = Buffer.concat([Buffer.alloc(8), bytes(chance, 12)]);
  head.writeUInt16BE([1, 0x101, 0x111, 0x11, chance(0x4000)][chance(5)] ?? 1, 0);
  head.writeUInt16BE(chance(4) === 0 ? chance(0x1_0000) : body.length, 2);
  head.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([head, body]);
}

/** A record of DTLS (RFC 6347), of any type, with a body that is no handshake. */
function dtls(chance: Chance): Buffer {
  const body = bytes(chance, chance(300));
  const head = Buffer.concat([Buffer.from([20 + chance(5), 0xfe, chance(2) === 0 ? 0xff : 0xfd]), bytes(chance, 10)]);
  head.writeUInt16BE(chance(3) === 0 ? chance(0x1_0000) : body.length, 11);
  return Buffer.concat([head, body]);
}

/**
 * RTP (RFC 3550), most of it of these types, with contributors, extensions that say what they like,
 * and padding that may be more than all.
 */
export function rtp(chance: Chance, ssrc = chance(2 ** 32), payloadTypes: readonly number[] = [111, 96]): Buffer {
  const contributors = chance(4);
  const words = chance(6);
  const head = bytes(chance, 12);
  head[0] = 0x80 | (chance(2) * 0x20) | 0x10 | contributors;
  head[1] = (chance(4) === 0 ? chance(128) : (payloadTypes[chance(payloadTypes.length)] ?? 0)) | (chance(2) * 0x80);
  head.writeUInt32BE(ssrc, 8);
  const extension = bytes(chance, 4 + 4 * words);
  extension.writeUInt16BE([0xbede, 0x1000, chance(0x1_0000)][chance(3)] ?? 0, 0);
  extension.writeUInt16BE(chance(8) === 0 ? chance(0x1_0000) : words, 2);
  return Buffer.concat([head, bytes(chance, 4 * contributors), extension, bytes(chance, chance(200))]);
}

/** RTCP: reports and feedback whose counts and lengths need not be true. */
export function rtcp(chance: Chance): Buffer {
  const parts = Array.from({length: 1 + chance(3)}, () => {
    const body = bytes(chance, 4 * (1 + chance(12)));
    const head = Buffer.from([0x80 | chance(64), 192 + chance(16), 0, 0]);
    head.writeUInt16BE(chance(4) === 0 ? chance(0x1_0000) : body.length / 4, 2);
    return Buffer.concat([head, body]);
  });
  return Buffer.concat(parts);
}

const kinds = [(chance: Chance) => bytes(chance, chance(largest)), stun, dtls, rtp, rtcp];

/** What no peer would send, and what breaks off before its end. */
export function garbage(chance: Chance): Buffer {
  const whole = (kinds[chance(kinds.length)] ?? stun)(chance);
  return chance(4) === 0 ? whole.subarray(0, chance(whole.length + 1)) : whole;
}
