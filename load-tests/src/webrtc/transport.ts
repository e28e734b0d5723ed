import type {media} from '@parley/protocol';
import nodeDataChannel, {type PeerConnection, type Track} from 'node-datachannel';
import {answerOf, type RemoteEnd} from './description.js';

export type Direction = 'send' | 'receive';

/**
 * The client's end of a WebRTC transport without a browser: ICE, DTLS and SRTP as a browser does them, by libdatachannel,
 * towards a server that is reached by an address of this machine. What is sent over it is made by the caller, packet by packet.
 */
export class RtcTransport {
  readonly direction: Direction;
  readonly #connection: PeerConnection;
  readonly #track: Track;

  /**
   * @param from the address of this machine to send from.
   * @param onPacket is given RTP and RTCP as they were before they were encrypted.
   */
  constructor(direction: Direction, from: string, onPacket?: (packet: Buffer) => void) {
    this.direction = direction;
    this.#connection = new nodeDataChannel.PeerConnection(direction, {
      iceServers: [],
      bindAddress: from,
      disableAutoNegotiation: true,
    });
    const line = new nodeDataChannel.Audio('0', direction === 'send' ? 'SendOnly' : 'RecvOnly');
    line.addOpusCodec(111);
    this.#track = this.#connection.addTrack(line);
    if (onPacket) this.#track.onMessage(onPacket);
    this.#connection.setLocalDescription('offer');
  }

  /** What the server must know of this end. */
  get dtlsParameters(): media.DtlsParameters {
    const value = /^a=fingerprint:sha-256 (\S+)/m.exec(this.#connection.localDescription()?.sdp ?? '')?.[1];
    if (value === undefined) throw new Error('libdatachannel has no certificate.');
    return {role: 'client', fingerprints: [{algorithm: 'sha-256', value}]};
  }

  /** Resolves when packets can pass, which takes that the server knows this end's DTLS parameters. */
  async connect(end: RemoteEnd): Promise<void> {
    const open = new Promise<void>((resolve, reject) => {
      this.#track.onOpen(resolve);
      this.#connection.onStateChange((state) => {
        if (state === 'failed' || state === 'closed') reject(new Error(`The ${this.direction} transport is ${state}.`));
      });
    });
    this.#connection.setRemoteDescription(answerOf(end, this.direction), 'answer');
    await open;
  }

  /** Takes a whole RTP packet; false if it could not leave. */
  send(packet: Buffer): boolean {
    try {
      return this.#track.isOpen() && this.#track.sendMessageBinary(packet);
    } catch {
      // Its own threads may close it in between.
      return false;
    }
  }

  close(): void {
    this.#connection.close();
  }
}
