/** What of a packet of RTP (RFC 3550 §5.1) matters to who puts its picture together. */
export interface RtpPacket {
  /** Of 16 bits: it wraps. */
  readonly sequence: number;
  /** Of 32 bits: it wraps. */
  readonly timestamp: number;
  /** The last packet of its picture. */
  readonly marker: boolean;
  readonly payload: Buffer;
}

const fixedBytes = 12;

/** Undefined if it is none, or empty. */
export function readPacket(packet: Buffer): RtpPacket | undefined {
  if (packet.length < fixedBytes) return undefined;
  const first = packet.readUInt8(0);
  if (first >> 6 !== 2) return undefined;
  let start = fixedBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < start + 4) return undefined;
    start += 4 + 4 * packet.readUInt16BE(start + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.length - 1);
  const end = packet.length - padding;
  if (end <= start) return undefined;
  return {
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    marker: (packet.readUInt8(1) & 0x80) !== 0,
    payload: packet.subarray(start, end),
  };
}
