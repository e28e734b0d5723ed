import {levelExtension, type TrackSpec} from './track.js';

let lastSsrc = 1_000;

/** A loud voice, in dBov. */
const loud = -20;
/** The bit that says that it is a voice (RFC 6464). */
const voice = 0x80;
/** Where the level is, if the packet has one. */
const levelAt = 17;

/** From 1900 to 1970. */
const ntpEpochSeconds = 2_208_988_800;

/** The packets of one synthetic track, one after another (RTP, RFC 3550). Each ends with the moment of its making. */
export class RtpStream {
  readonly ssrc: number;
  readonly track: TrackSpec;
  readonly #packet: Buffer;
  readonly #ticks: number;
  #sequence = 0;
  #timestamp = 0;
  /** Packets that have left. */
  sent = 0;

  constructor(track: TrackSpec) {
    lastSsrc += 1;
    this.ssrc = lastSsrc;
    this.track = track;
    this.#ticks = Math.round(track.codec.clockRate / track.packetsPerSecond);
    const extended = track.headerExtensions.length > 0;
    const head = Buffer.alloc(extended ? 20 : 12);
    head[0] = extended ? 0x90 : 0x80;
    head[1] = (track.kind === 'video' ? 0x80 : 0) | track.codec.payloadType;
    head.writeUInt32BE(this.ssrc, 8);
    // One-byte header extensions (RFC 8285): one word that holds the level, padded.
    if (extended) head.set([0xbe, 0xde, 0, 1, levelExtension.id << 4, voice | -loud, 0, 0], 12);
    const payload = Buffer.alloc(track.payloadBytes, 0x55);
    payload.set(track.payloadHead);
    this.#packet = Buffer.concat([head, payload]);
  }

  /** How loud the voice is from now on, in dBov: from -127 to 0. Of no effect on a track that does not tell. */
  set level(dBov: number) {
    if (this.track.headerExtensions.length > 0) this.#packet[levelAt] = voice | -dBov;
  }

  /** The next packet: good until the one after it. */
  next(): Buffer {
    this.#packet.writeUInt16BE(this.#sequence, 2);
    this.#packet.writeUInt32BE(this.#timestamp, 4);
    this.#packet.writeDoubleBE(performance.now(), this.#packet.length - 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + this.#ticks) >>> 0;
    return this.#packet;
  }

  /** Which moment of the track is now (sender report, RFC 3550 §6.4.1): by it a receiver tells encodings of one picture together. */
  report(): Buffer {
    const report = Buffer.alloc(28);
    report.set([0x80, 200, 0, 6]);
    report.writeUInt32BE(this.ssrc, 4);
    const seconds = Date.now() / 1_000 + ntpEpochSeconds;
    report.writeUInt32BE(Math.floor(seconds), 8);
    report.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 12);
    report.writeUInt32BE(this.#timestamp, 16);
    report.writeUInt32BE(this.sent, 20);
    return report;
  }
}

/** The SSRC of an RTP packet; undefined of RTCP (RFC 5761). */
export const ssrcOf = (packet: Buffer): number | undefined => {
  const type = packet[1] ?? 0;
  return packet.length < 12 || (type >= 192 && type <= 223) ? undefined : packet.readUInt32BE(8);
};

/** When a packet was made, by the `performance.now()` of the process that made it. */
export const sentAtOf = (packet: Buffer): number => packet.readDoubleBE(packet.length - 8);
