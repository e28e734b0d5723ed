import {connect} from '@parley/client';
import {
  call,
  hasCode,
  type EventDefinition,
  type media,
  type ParamsOf,
  type PayloadOf,
  type RequestDefinition,
  type ResultOf,
} from '@parley/protocol';
import {token} from '../generator/token.js';
import {Ear} from './ear.js';
import type {MediaPeer} from './media-peer.js';
import type {Pacer} from './pacer.js';
import {RtpStream} from './rtp-stream.js';
import {rtpParametersOf, withoutFeedback, type TrackSpec} from './track.js';
import {RtcTransport, type Direction} from './transport.js';

/** A node that lets synthetic peers in. */
export interface CallServer {
  readonly url: string;
  readonly secret: string;
  /** The address of this machine that media goes there from. Default: 127.0.0.1. */
  readonly from?: string;
}

type InRoom<D extends RequestDefinition> = Omit<ParamsOf<D>, 'room'>;

/**
 * A peer of a call with real media and without a browser: it speaks the protocol as the SDK does, its transports do ICE,
 * DTLS and SRTP, its tracks are synthetic, and what it is sent it only counts.
 */
export class CallPeer implements MediaPeer {
  readonly user: string;
  readonly room: string;
  /** Of the present stay in the call. */
  ear = new Ear();
  /** Called with each packet of another peer, whichever stay in the call it comes by. */
  onPacket: (packet: Buffer) => void = () => undefined;
  readonly #client: ReturnType<typeof connect>;
  readonly #pacer: Pacer;
  readonly #from: string;
  readonly #open: RtcTransport[] = [];
  readonly #stops: (() => void)[] = [];
  #send: {readonly id: string; readonly transport: RtcTransport} | undefined;
  #receiving: RtcTransport | undefined;
  #lastId = 0;

  /** A session of its own user, in the room but not yet in its call. */
  static async connect({url, secret, from}: CallServer, user: string, room: string, pacer: Pacer): Promise<CallPeer> {
    const client = connect({url: url.replace('ws:', 'http:'), token: () => Promise.resolve(token(secret, user))});
    await client.join(room, {create: true});
    return new CallPeer(client, {user, room, from: from ?? '127.0.0.1'}, pacer);
  }

  private constructor(
    client: ReturnType<typeof connect>,
    {user, room, from}: {readonly user: string; readonly room: string; readonly from: string},
    pacer: Pacer,
  ) {
    this.#from = from;
    this.#client = client;
    this.user = user;
    this.room = room;
    this.#pacer = pacer;
    client.listen(call.consumersOffered, ({consumers}) => {
      void this.#take(consumers);
    });
  }

  /**
   * Joins the call, wanting all that the others publish; resolves when both transports carry packets.
   *
   * @param able what it can take, of what the router can: who takes feedback has to give it, by `answer`.
   */
  async join(able: (router: media.RtpCapabilities) => media.RtpCapabilities = withoutFeedback): Promise<void> {
    this.ear = new Ear();
    const {routerRtpCapabilities} = await this.ask(call.prepare, {});
    await this.ask(call.join, {id: this.#id(), rtpCapabilities: able(routerRtpCapabilities)});
    const [send] = await Promise.all([this.#transport('send'), this.#receive()]);
    this.#send = send;
  }

  /** Publishes a synthetic track, which flows from then on until the peer leaves; `paused` it is not sent on. */
  async publish(track: TrackSpec, paused = false): Promise<RtpStream> {
    if (this.#send === undefined) throw new Error(`${this.user} is not in the call.`);
    const {id, transport} = this.#send;
    const stream = new RtpStream(track);
    const {kind, source} = track;
    const rtpParameters = rtpParametersOf(track, stream.ssrc);
    await this.ask(call.produce, {id: this.#id(), transport: id, kind, source, rtpParameters, paused});
    this.#stops.push(this.#pacer.add(stream, (packet) => transport.send(packet)));
    return stream;
  }

  /** Publishes a track of which it sends nothing by itself; undefined if it is refused. What is returned takes it back. */
  async publishSilent(track: Pick<TrackSpec, 'kind' | 'source'>, rtpParameters: media.RtpParameters) {
    if (this.#send === undefined) throw new Error(`${this.user} is not in the call.`);
    const {kind, source} = track;
    try {
      const params = {id: this.#id(), transport: this.#send.id, kind, source, rtpParameters};
      const {producer} = await this.ask(call.produce, params);
      return () => this.ask(call.producerClose, {producer});
    } catch (refusal) {
      if (hasCode(refusal, 'media_refused')) return undefined;
      throw refusal;
    }
  }

  /**
   * Joins anew, after the call was lost or moved.
   *
   * @param keeps media of before goes on until what is returned is called.
   */
  async joinAgain(keeps: boolean): Promise<() => void> {
    const stops = this.#stops.splice(0);
    const transports = this.#open.splice(0);
    const end = (): void => {
      for (const stop of stops.splice(0)) stop();
      for (const transport of transports.splice(0)) transport.close();
    };
    if (!keeps) end();
    try {
      await this.join();
    } catch (error) {
      end();
      this.#silence();
      throw error;
    }
    return end;
  }

  /** Any packet, over its sending transport; false if it could not leave. */
  send(packet: Buffer): boolean {
    return this.#send?.transport.send(packet) ?? false;
  }

  /** The same over its receiving transport: RTCP about what it receives. */
  answer(packet: Buffer): boolean {
    return this.#receiving?.send(packet) ?? false;
  }

  listen<D extends EventDefinition>(event: D, listener: (payload: PayloadOf<D>) => void): void {
    this.#client.listen(event, listener);
  }

  /** What the server has of this peer. */
  sync(): Promise<ResultOf<typeof call.sync>> {
    return this.ask(call.sync, {});
  }

  /** Calls back once, when the connection is up again after it was lost. */
  onNextResume(listener: () => void): void {
    const unsubscribe = this.#client.on('state', ({status}) => {
      if (status !== 'connected') return;
      unsubscribe();
      listener();
    });
  }

  /** Leaves the call and stays in the room: it may join again. */
  async leave(): Promise<void> {
    this.#silence();
    await this.ask(call.leave, {});
  }

  async close(): Promise<void> {
    this.#silence();
    await this.#client.close();
  }

  #silence(): void {
    for (const stop of this.#stops.splice(0)) stop();
    for (const transport of this.#open.splice(0)) transport.close();
    this.#send = undefined;
    this.#receiving = undefined;
  }

  async #receive(): Promise<void> {
    const {ear} = this;
    const {id, transport} = await this.#transport('receive', (packet) => {
      ear.hear(packet);
      this.onPacket(packet);
    });
    this.#receiving = transport;
    await this.ask(call.subscribe, {transport: id, producers: 'all'});
  }

  async #transport(direction: Direction, onPacket?: (packet: Buffer) => void) {
    const transport = new RtcTransport(direction, this.#from, onPacket);
    this.#open.push(transport);
    const made = await this.ask(call.transportCreate, {id: this.#id(), direction});
    const {dtlsParameters} = transport;
    const id = made.transport;
    await Promise.all([transport.connect(made), this.ask(call.transportConnect, {transport: id, dtlsParameters})]);
    return {id, transport};
  }

  async #take(offers: readonly call.ConsumerOffer[]): Promise<void> {
    const consumers = offers.map(({consumer}) => consumer);
    // Who leaves at this moment is told that it is not in the call.
    await this.ask(call.consumersReady, {consumers}).catch(() => undefined);
  }

  /** Any request about the call. */
  ask<D extends RequestDefinition>(definition: D, params: InRoom<D>): Promise<ResultOf<D>> {
    // Every request about a call names its room, which the type cannot say of all requests.
    return this.#client.request(definition, {room: this.room, ...params} as unknown as ParamsOf<D>);
  }

  #id(): string {
    this.#lastId += 1;
    return `${this.user}-${String(this.#lastId)}`;
  }
}
