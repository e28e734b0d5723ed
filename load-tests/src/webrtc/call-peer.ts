import {connect} from '@parley/client';
import {call, type ParamsOf, type RequestDefinition, type ResultOf} from '@parley/protocol';
import {token} from '../generator/token.js';
import type {Pacer} from './pacer.js';
import {RtpStream, ssrcOf} from './rtp-stream.js';
import {rtpParametersOf, withoutFeedback, type TrackSpec} from './track.js';
import {RtcTransport, type Direction} from './transport.js';

/** A node that lets synthetic peers in. */
export interface CallServer {
  readonly url: string;
  readonly secret: string;
}

/** A track of another peer, as it arrives. */
export interface Heard {
  readonly peer: string;
  readonly source: call.ProducerSummary['source'];
  readonly producer: string;
  /** By `performance.now()`; undefined while nothing came. */
  firstAt: number | undefined;
  packets: number;
}

type InRoom<D extends RequestDefinition> = Omit<ParamsOf<D>, 'room'>;

/**
 * A peer of a call with real media and without a browser: it speaks the protocol as the SDK does, its transports do ICE,
 * DTLS and SRTP, its tracks are synthetic, and of what it is sent it looks at the heads of the packets.
 */
export class CallPeer {
  readonly user: string;
  readonly room: string;
  /** By SSRC. */
  readonly heard = new Map<number, Heard>();
  readonly #client: ReturnType<typeof connect>;
  readonly #pacer: Pacer;
  readonly #open: RtcTransport[] = [];
  readonly #stops: (() => void)[] = [];
  readonly #closed = new Set<string>();
  #send: {readonly id: string; readonly transport: RtcTransport} | undefined;
  #lastId = 0;
  #received = 0;
  #onHeard: () => void = () => undefined;

  /** A session of its own user, in the room but not yet in its call. */
  static async connect({url, secret}: CallServer, user: string, room: string, pacer: Pacer): Promise<CallPeer> {
    const client = connect({url: url.replace('ws:', 'http:'), token: () => Promise.resolve(token(secret, user))});
    await client.join(room, {create: true});
    return new CallPeer(client, user, room, pacer);
  }

  private constructor(client: ReturnType<typeof connect>, user: string, room: string, pacer: Pacer) {
    this.#client = client;
    this.user = user;
    this.room = room;
    this.#pacer = pacer;
    client.listen(call.consumersOffered, ({consumers}) => {
      void this.#take(consumers);
    });
    client.listen(call.consumersClosed, ({consumers}) => {
      for (const id of consumers) this.#closed.add(id);
    });
  }

  /** RTP packets of all tracks together. */
  get received(): number {
    return this.#received;
  }

  /** Joins the call, wanting all that the others publish; resolves when both transports carry packets. */
  async join(): Promise<void> {
    const {routerRtpCapabilities} = await this.#ask(call.prepare, {});
    await this.#ask(call.join, {id: this.#id(), rtpCapabilities: withoutFeedback(routerRtpCapabilities)});
    const [send] = await Promise.all([this.#transport('send'), this.#receive()]);
    this.#send = send;
  }

  /** Publishes a synthetic track, which flows from then on until the peer leaves. */
  async publish(track: TrackSpec): Promise<RtpStream> {
    if (this.#send === undefined) throw new Error(`${this.user} is not in the call.`);
    const {id, transport} = this.#send;
    const stream = new RtpStream(track);
    const {kind, source} = track;
    const rtpParameters = rtpParametersOf(track, stream.ssrc);
    await this.#ask(call.produce, {id: this.#id(), transport: id, kind, source, rtpParameters});
    this.#stops.push(this.#pacer.add(stream, (packet) => transport.send(packet)));
    return stream;
  }

  /** Resolves when packets of so many tracks of others have come. */
  async untilHeard(tracks: number, withinMs = 30_000): Promise<void> {
    const enough = (): boolean => [...this.heard.values()].filter(({packets}) => packets > 0).length >= tracks;
    if (enough()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${this.user} waited ${String(withinMs)} ms in vain for ${String(tracks)} tracks.`));
      }, withinMs);
      this.#onHeard = () => {
        if (!enough()) return;
        clearTimeout(timer);
        this.#onHeard = () => undefined;
        resolve();
      };
    });
  }

  /** Leaves the call and stays in the room: it may join again. */
  async leave(): Promise<void> {
    this.#silence();
    await this.#ask(call.leave, {});
  }

  async close(): Promise<void> {
    this.#silence();
    await this.#client.close();
  }

  #silence(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const transport of this.#open.splice(0)) transport.close();
    this.#send = undefined;
    this.heard.clear();
    this.#closed.clear();
  }

  async #receive(): Promise<void> {
    const {id} = await this.#transport('receive', (packet) => {
      this.#count(packet);
    });
    await this.#ask(call.subscribe, {transport: id, producers: 'all'});
  }

  async #transport(direction: Direction, onPacket?: (packet: Buffer) => void) {
    const transport = new RtcTransport(direction, onPacket);
    this.#open.push(transport);
    const made = await this.#ask(call.transportCreate, {id: this.#id(), direction});
    const {dtlsParameters} = transport;
    const id = made.transport;
    await Promise.all([transport.connect(made), this.#ask(call.transportConnect, {transport: id, dtlsParameters})]);
    return {id, transport};
  }

  async #take(offers: readonly call.ConsumerOffer[]): Promise<void> {
    for (const {peer, source, producer, rtpParameters} of offers) {
      const ssrc = rtpParameters.encodings?.[0]?.ssrc;
      if (ssrc !== undefined) this.heard.set(ssrc, {peer, source, producer, firstAt: undefined, packets: 0});
    }
    const consumers = offers.map(({consumer}) => consumer).filter((id) => !this.#closed.has(id));
    // Who leaves at this moment is told that it is not in the call.
    if (consumers.length > 0) await this.#ask(call.consumersReady, {consumers}).catch(() => undefined);
  }

  #count(packet: Buffer): void {
    const ssrc = ssrcOf(packet);
    const track = ssrc === undefined ? undefined : this.heard.get(ssrc);
    if (track === undefined) return;
    this.#received += 1;
    track.packets += 1;
    if (track.firstAt !== undefined) return;
    track.firstAt = performance.now();
    this.#onHeard();
  }

  #ask<D extends RequestDefinition>(definition: D, params: InRoom<D>): Promise<ResultOf<D>> {
    // Every request about a call names its room, which the type cannot say of all requests.
    return this.#client.request(definition, {room: this.room, ...params} as unknown as ParamsOf<D>);
  }

  #id(): string {
    this.#lastId += 1;
    return `${this.user}-${String(this.#lastId)}`;
  }
}
