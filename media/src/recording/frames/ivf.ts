/** The plainest of files for video: a header, and before each picture its size and time. */
const clockRate = 90_000;

/** @param codec of four letters, such as `VP90` */
export function ivfHeader(codec: string): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  header.write(codec, 8, 'latin1');
  // The size of the picture is found in the pictures themselves.
  header.writeUInt32LE(clockRate, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** @param at how much later than the first, in ticks of RTP's clock */
export function ivfFrame(data: Buffer, at: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(data.length, 0);
  header.writeBigUInt64LE(BigInt(at), 4);
  return Buffer.concat([header, data]);
}
