import type {Consumer, Producer, Router, WebRtcServer, WebRtcTransport, WebRtcTransportStat} from 'mediasoup/types';
import {largestMessage} from './data-limits.js';
import {arrivals} from './layers.js';
import type {TransportState} from './room-events.js';
import type {Tally} from './tally.js';

export type Direction = 'send' | 'receive';

/**
 * What the engine's own clock of ICE consent does is the last resort: 10 s is the least that it takes, and `Pulse` is
 * faster wherever media flows. A transport that lost consent revives when its client is back, by itself or by a restart.
 */
const iceConsentTimeout = 10;

/** Enough to begin with a mid layer of video; the estimate goes on from there. */
const initialAvailableOutgoingBitrate = 1_000_000;

/** A WebRTC transport and the state of it that was last told. */
export class RoomTransport {
  readonly id: string;
  readonly peer: string;
  readonly direction: Direction;
  readonly inner: WebRtcTransport;
  readonly #tell: (state: TransportState) => void;
  readonly #producers = new Set<Producer>();
  readonly #consumers = new Set<Consumer>();
  #told: 'new' | TransportState = 'new';
  #passed = {received: 0, sent: 0};
  #stats: Promise<WebRtcTransportStat | undefined> | undefined;

  static async create(
    {router, webRtcServer}: {router: Router; webRtcServer: WebRtcServer},
    {peer, direction}: {peer: string; direction: Direction},
    tell: (transport: string, state: TransportState) => void,
  ): Promise<RoomTransport> {
    const inner = await router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout,
      initialAvailableOutgoingBitrate,
      // Nothing of it is sent before there is a channel.
      enableSctp: true,
      maxSendMessageSize: largestMessage,
      maxReceiveMessageSize: largestMessage,
    });
    return new RoomTransport(inner, peer, direction, (state) => {
      tell(inner.id, state);
    });
  }

  private constructor(
    inner: WebRtcTransport,
    peer: string,
    direction: Direction,
    tell: (state: TransportState) => void,
  ) {
    this.id = inner.id;
    this.inner = inner;
    this.peer = peer;
    this.direction = direction;
    this.#tell = tell;
    inner.on('dtlsstatechange', () => {
      this.#follow();
    });
    inner.on('icestatechange', () => {
      this.#follow();
    });
    inner.observer.on('newproducer', (producer) => {
      this.#producers.add(producer);
      producer.observer.once('close', () => this.#producers.delete(producer));
    });
    inner.observer.on('newconsumer', (consumer) => {
      this.#consumers.add(consumer);
      consumer.observer.once('close', () => this.#consumers.delete(consumer));
    });
  }

  /** Counts itself and what is on it. */
  count(tally: Tally): void {
    tally.transport(this.direction, this.#told);
    for (const producer of this.#producers) tally.producer(producer);
    for (const consumer of this.#consumers) tally.consumer(consumer);
  }

  /** So many bytes passed since the totals of the last time. */
  passed({bytesReceived: received, bytesSent: sent}: {bytesReceived: number; bytesSent: number}): {
    readonly receivedBytes: number;
    readonly sentBytes: number;
  } {
    const before = this.#passed;
    this.#passed = {received, sent};
    return {receivedBytes: received - before.received, sentBytes: sent - before.sent};
  }

  /**
   * What the worker has counted on it; who asks while an answer is on its way gets the same. Rejects if it is closed.
   */
  stats(): Promise<WebRtcTransportStat | undefined> {
    this.#stats ??= this.inner
      .getStats()
      .then(([stats]) => stats)
      .finally(() => {
        this.#stats = undefined;
      });
    return this.#stats;
  }

  /** Whether media is to be received on it. */
  get speaks(): boolean {
    for (const producer of this.#producers) if (!producer.paused) return true;
    return false;
  }

  /** Whether silence on it would mean anything. */
  get established(): boolean {
    return this.inner.dtlsState === 'connected' && (this.#told === 'connected' || this.#told === 'disconnected');
  }

  /** How well what is received on it arrives, from 1 to 10; undefined if nothing does. */
  get sendingScore(): number | undefined {
    return lowest(arrivals([...this.#producers]));
  }

  /** How well what is sent on it arrives, from 0 to 10; undefined if nothing should. */
  get receivingScore(): number | undefined {
    return lowest(this.#sending.map(({score}) => score.score));
  }

  /** By what the receiver reports of a track; undefined if it reports none. */
  async roundTripMs(): Promise<number | undefined> {
    const [consumer] = this.#sending;
    const stats = await consumer?.getStats();
    for (const one of stats ?? []) if (one.type === 'outbound-rtp') return one.roundTripTime;
    return undefined;
  }

  get #sending(): readonly Consumer[] {
    return [...this.#consumers].filter(({paused, producerPaused}) => !paused && !producerPaused);
  }

  /** The peer is heard or not, by the judgement of its pulse. */
  judged(verdict: 'silent' | 'heard'): void {
    if (!this.established) return;
    if (verdict === 'silent') this.#say('disconnected');
    else this.#follow();
  }

  #follow(): void {
    const {dtlsState, iceState} = this.inner;
    if (dtlsState === 'failed' || dtlsState === 'closed') this.#say('failed');
    else if (dtlsState === 'connected' && (iceState === 'connected' || iceState === 'completed'))
      this.#say('connected');
    else if (dtlsState === 'connected' && iceState === 'disconnected') this.#say('disconnected');
  }

  #say(state: TransportState): void {
    if (this.#told === state || this.#told === 'failed' || this.inner.closed) return;
    this.#told = state;
    this.#tell(state);
  }
}

const lowest = (scores: readonly number[]): number | undefined =>
  scores.length === 0 ? undefined : Math.min(...scores);
