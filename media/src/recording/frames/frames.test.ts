import {readPacket} from './rtp-packet.js';
import {expect, test} from 'vitest';
import {Av1Frames} from './av1-frames.js';
import {PacketOrder} from './packet-order.js';
import type {RtpPacket} from './rtp-packet.js';
import {Vp9Frames} from './vp9-frames.js';

const packet = (sequence: number, timestamp: number, payload: readonly number[], marker = false): RtpPacket => ({
  sequence: sequence & 0xffff,
  timestamp,
  marker,
  payload: Buffer.from(payload),
});

test('a packet of RTP is read behind its sources and extensions and before its padding, and anything else is none', () => {
  const head = [0x80, 0xe0, 0x12, 0x34, 0, 0, 0, 9, 0, 0, 0, 1];
  const full = [0xb1, ...head.slice(1), 7, 7, 7, 7, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 42, 43, 0, 2];
  const read = {sequence: 0x1234, timestamp: 9, marker: true};
  expect(readPacket(Buffer.from([...head, 5]))).toEqual({...read, payload: Buffer.from([5])});
  expect(readPacket(Buffer.from(full))).toEqual({...read, payload: Buffer.from([42, 43])});
  for (const bad of [
    [],
    head,
    [0x40, ...head.slice(1), 5],
    [0x90, ...head.slice(1), 0xbe, 0xde, 9, 9, 1],
    [0xa0, ...head.slice(1), 99],
  ])
    expect(readPacket(Buffer.from(bad))).toBeUndefined();
});

/** What comes of packets in this order: their numbers, and `lost`. */
function ordered(sequences: readonly number[], end = true): readonly (number | 'lost')[] {
  const out: (number | 'lost')[] = [];
  const order = new PacketOrder(
    ({sequence}) => out.push(sequence),
    () => out.push('lost'),
  );
  for (const sequence of sequences) order.push(packet(sequence, 0, [1]));
  if (end) order.end();
  return out;
}

test('packets are given in their order, each once, over the wrap of their numbers; what never comes is waited for, then told', () => {
  expect(ordered([65_534, 0, 65_535, 65_535, 2, 1, 65_534])).toEqual([65_534, 65_535, 0, 1, 2]);
  expect(ordered([5, 7, 8], false)).toEqual([5]);
  expect(ordered([5, 7, 8])).toEqual([5, 'lost', 7, 8]);
  const many = Array.from({length: 201}, (_, index) => index + 7);
  expect(ordered([5, ...many], false)).toEqual([5, 'lost', ...many]);
  expect(ordered([5, 6, 30_000, 30_001])).toEqual([5, 6, 'lost', 30_000, 30_001]);
});

/** Parts of VP9: layer, of a key picture or not, its first and last part. */
const vp9 = (layer: number, key: boolean, [begins, ends]: readonly [boolean, boolean], data: number): number[] => [
  0xa0 | (key ? 0 : 0x40) | (begins ? 8 : 0) | (ends ? 4 : 0),
  ...[0x81, 0x02, layer << 1, 0],
  data,
];
const whole = [true, true] as const;

test('[CALL75] layers of one picture of VP9 are one frame with an index, and what is not whole is none', () => {
  const frames = new Vp9Frames();
  expect(frames.push(packet(1, 9, vp9(0, true, [true, false], 1)))).toBeUndefined();
  expect(frames.push(packet(2, 9, vp9(0, true, [false, true], 2)))).toBeUndefined();
  const index = [0xd9, 2, 0, 0, 0, 1, 0, 0, 0, 0xd9];
  expect(frames.push(packet(3, 9, vp9(1, true, whole, 3), true))).toEqual({
    data: Buffer.from([1, 2, 3, ...index]),
    rtpTimestamp: 9,
    key: true,
  });
  expect(frames.push(packet(4, 10, vp9(1, false, whole, 4), true))).toMatchObject({data: Buffer.from([4]), key: false});
  // Its end is missing, then its beginning.
  frames.push(packet(5, 11, vp9(0, true, [true, false], 5)));
  frames.lose();
  expect(frames.push(packet(7, 12, vp9(0, true, [false, true], 6), true))).toBeUndefined();
  // The smallest layer of a key picture is missing: the rest cannot be decoded alone.
  frames.lose();
  expect(frames.push(packet(9, 13, vp9(1, true, whole, 7), true))).toMatchObject({key: false});
});

test('[CALL75] what stands before VP9 in a packet is taken off: references, sizes of layers, groups of pictures', () => {
  const data = (payload: readonly number[]) => new Vp9Frames().push(packet(1, 1, [...payload, 77], true))?.data;
  expect(data([0x0c])).toEqual(Buffer.from([77]));
  expect(data([0xdc, 0x05, 0x03, 0x02])).toEqual(Buffer.from([77]));
  expect(data([0x0e, 0x38, 0, 9, 0, 9, 0, 8, 0, 8, 2, 0x04, 1, 0x08, 1, 1])).toEqual(Buffer.from([77]));
  expect(new Vp9Frames().push(packet(1, 1, [0x0e, 0xff], true))).toBeUndefined();
});

test('[CALL75] units of AV1 that packets cut or share are whole again, with their sizes', () => {
  const sequenceHeader = [0x08, 1, 2];
  const frames = new Av1Frames();
  // Two of them, the second goes on; then its end alone.
  expect(frames.push(packet(1, 9, [0x68, 3, ...sequenceHeader, 0x30, 5]))).toBeUndefined();
  expect(frames.push(packet(2, 9, [0x90, 6, 7], true))).toEqual({
    data: Buffer.from([0x12, 0, 0x0a, 2, 1, 2, 0x32, 3, 5, 6, 7]),
    rtpTimestamp: 9,
    key: true,
  });
  // Each with its size, one of them with an extension.
  expect(frames.push(packet(3, 10, [0x00, 3, 0x34, 0x20, 8, 2, 0x30, 9], true))).toEqual({
    data: Buffer.from([0x12, 0, 0x36, 0x20, 1, 8, 0x32, 1, 9]),
    rtpTimestamp: 10,
    key: false,
  });
  // A beginning that is missing, and an end.
  expect(frames.push(packet(5, 11, [0x90, 6], true))).toBeUndefined();
  frames.push(packet(6, 12, [0x50, 0x30, 5]));
  expect(frames.push(packet(8, 13, [0x10, 0x30, 5], true))).toMatchObject({key: false});
  // Sizes that lie.
  expect(frames.push(packet(9, 14, [0x20, 200, 0x30], true))).toBeUndefined();
});

test('whatever comes, nothing throws and no frame is larger than its packets', () => {
  let seed = 20_261;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % below;
  };
  for (const frames of [new Vp9Frames(), new Av1Frames()]) {
    let bytes = 0;
    for (let turn = 0; turn < 20_000; turn += 1) {
      const payload = Array.from({length: random(40)}, () => random(256));
      bytes += payload.length;
      const frame = frames.push(packet(turn, turn >> 2, payload, random(4) === 0));
      if (random(9) === 0) frames.lose();
      // Sizes and indices are added.
      if (frame) expect(frame.data.length).toBeLessThanOrEqual(2 * bytes + 64);
      if (frame) bytes = 0;
    }
  }
});
