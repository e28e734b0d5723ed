import {expect, test} from 'vitest';
import {readReport} from './sender-reports.js';
import {TrackStart} from './track-start.js';

const arrived = 1_700_000_000_000;

/** A report as a worker sends it, with the description of its source behind it. */
function reportPacket(atMs: number, rtpTimestamp: number): Buffer {
  const packet = Buffer.alloc(40);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(200, 1);
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(Math.floor(atMs / 1_000) + 2_208_988_800, 8);
  packet.writeUInt32BE(Math.floor(((atMs % 1_000) / 1_000) * 2 ** 32), 12);
  packet.writeUInt32BE(rtpTimestamp, 16);
  return packet;
}

test('[CALL41] a track begins when its first packet was captured, however late that came', () => {
  const start = new TrackStart(90_000);
  expect(start.atMs).toBeUndefined();
  start.begin(arrived, 0xffff_ff00);
  expect(start.atMs).toBe(arrived);
  // Two seconds after the first packet was captured, which was 800 ms under way; RTP's time has wrapped.
  const mark = readReport(reportPacket(arrived + 1_200, (0xffff_ff00 + 180_000) % 2 ** 32));
  expect(mark).toBeDefined();
  start.report(mark!);
  expect(start.atMs).toBeCloseTo(arrived - 800, 0);
  // A report that waited on its way says less.
  start.report({atMs: arrived + 2_700, rtpTimestamp: (0xffff_ff00 + 270_000) % 2 ** 32});
  expect(start.atMs).toBeCloseTo(arrived - 800, 0);
});

test('[CALL41] what is no report tells nothing', () => {
  expect(readReport(Buffer.alloc(0))).toBeUndefined();
  expect(readReport(Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]))).toBeUndefined();
  expect(readReport(Buffer.alloc(28))).toBeUndefined();
  const start = new TrackStart(48_000);
  start.report({atMs: arrived, rtpTimestamp: 0});
  expect(start.atMs).toBeUndefined();
});
