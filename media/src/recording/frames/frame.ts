import type {RtpPacket} from './rtp-packet.js';

/** A whole picture, encoded, with all its layers. */
export interface Frame {
  readonly data: Buffer;
  /** Of 32 bits: it wraps. */
  readonly rtpTimestamp: number;
  /** It can be decoded without any before it. */
  readonly key: boolean;
}

/** Puts the packets of one codec together to pictures: what is not whole, or makes no sense, is no picture. */
export interface FrameMaker {
  /** Packets come in their order, each once. The picture, with its last packet. */
  push(packet: RtpPacket): Frame | undefined;
  /** Something before the next packet is missing. */
  lose(): void;
}
