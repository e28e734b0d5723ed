import {once} from 'node:events';
import type {media} from '@parley/protocol';
import WebSocket from 'ws';
import type {Question} from '../peers/mediasoup.js';
import type {RemoteEnd} from './description.js';
import {Ear} from './ear.js';
import type {MediaPeer} from './media-peer.js';
import type {Pacer} from './pacer.js';
import {RtpStream} from './rtp-stream.js';
import {rtpParametersOf, withoutFeedback, type TrackSpec} from './track.js';
import {RtcTransport, type Direction} from './transport.js';

type Ask = Question extends infer One ? (One extends {readonly id: number} ? Omit<One, 'id'> : never) : never;

/** A peer of the bare mediasoup script, with the media of a {@link MediaPeer}. */
export class BarePeer implements MediaPeer {
  readonly ear = new Ear();
  readonly #socket: WebSocket;
  readonly #pacer: Pacer;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #send: RtcTransport | undefined;
  #lastId = 0;

  static async connect(url: string, room: string, pacer: Pacer): Promise<BarePeer> {
    const socket = new WebSocket(`${url}/${room}`);
    await once(socket, 'open');
    return new BarePeer(socket, pacer);
  }

  private constructor(socket: WebSocket, pacer: Pacer) {
    this.#socket = socket;
    this.#pacer = pacer;
    socket.on('message', (data: Buffer) => {
      const {id, result} = JSON.parse(data.toString()) as {id: number; result: unknown};
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    });
  }

  async join(): Promise<void> {
    const capabilities = (await this.#ask({do: 'capabilities'})) as media.RtpCapabilities;
    const [send] = await Promise.all([this.#transport('send'), this.#transport('receive', this.ear.hear)]);
    this.#send = send;
    await this.#ask({do: 'consume', rtpCapabilities: withoutFeedback(capabilities) as never});
  }

  async publish(track: TrackSpec): Promise<RtpStream> {
    const stream = new RtpStream(track);
    const rtpParameters = rtpParametersOf(track, stream.ssrc);
    await this.#ask({do: 'produce', kind: track.kind, rtpParameters: rtpParameters as never});
    this.#pacer.add(stream, (packet) => this.#send?.send(packet) ?? false);
    return stream;
  }

  async #transport(direction: Direction, onPacket?: (packet: Buffer) => void): Promise<RtcTransport> {
    const transport = new RtcTransport(direction, '127.0.0.1', onPacket);
    const end = (await this.#ask({do: 'transport', direction})) as RemoteEnd;
    const {dtlsParameters} = transport;
    const knows = this.#ask({do: 'connect', direction, dtlsParameters: dtlsParameters as never});
    await Promise.all([transport.connect(end), knows]);
    return transport;
  }

  #ask(ask: Ask): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(JSON.stringify({id, ...ask}));
    });
  }
}
