import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';

const host = '127.0.0.1';
const senderReport = 200;
/** Seconds from the beginning of NTP's era, 1900, to that of Unix. */
const unixInNtp = 2_208_988_800;

/** Which time of a track's clock was at which time of the world (RFC 3550 §6.4.1). */
export interface ClockMark {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** What a packet that was captured then would bear. */
  readonly rtpTimestamp: number;
}

/** What a packet of RTCP says of its sender's clock; undefined if nothing. */
export function readReport(packet: Buffer): ClockMark | undefined {
  // A report, where there is one, is the first of a compound.
  if (packet.length < 20 || packet.readUInt8(0) >> 6 !== 2 || packet.readUInt8(1) !== senderReport) return undefined;
  const seconds = packet.readUInt32BE(8) - unixInNtp;
  const atMs = seconds * 1_000 + (packet.readUInt32BE(12) / 2 ** 32) * 1_000;
  return {atMs, rtpTimestamp: packet.readUInt32BE(16)};
}

/** Listens on a port of this host to what the sender of one track reports. */
export class SenderReports {
  readonly port: number;
  readonly #socket: Socket;

  static async listen(onReport: (mark: ClockMark) => void): Promise<SenderReports> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    socket.on('error', () => undefined);
    socket.on('message', (packet) => {
      const mark = readReport(packet);
      if (mark !== undefined) onReport(mark);
    });
    return new SenderReports(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}
