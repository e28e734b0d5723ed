import type {
  Consumer,
  ConsumerLayers,
  DtlsParameters,
  IceParameters,
  MediaKind,
  Producer,
  Router,
  RtpCapabilities,
  RtpParameters,
} from 'mediasoup/types';
import {Channels} from './channels.js';
import {callCapabilities} from './codecs.js';
import {isGone, MediaError, textOf} from './errors.js';
import {followLayers} from './layers.js';
import type {MediaObserver} from './observer.js';
import {measurePath} from './path-watch.js';
import {byPeer, Pulses} from './pulses.js';
import type {RoomListener} from './room-events.js';
import {RoomTransport, type Direction} from './room-transport.js';
import type {Tally} from './tally.js';
import type {Voices} from './voices.js';
import type {Tenant} from './worker-slot.js';
import type {WorkerProcess} from './worker-process.js';

/** At most one key frame is asked of a sender in this time, however many begin to watch. */
const keyFrameRequestDelay = 500;

export interface RoomParts {
  readonly router: Router;
  readonly process: WorkerProcess;
  readonly voices: Voices;
}

export interface ProduceOptions {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
  /** Somebody speaks on it. Default: nobody. */
  readonly voice?: boolean;
}

/**
 * The media of one call: a router and what is on it.
 *
 * Everything is in a map while it lives, and leaves it in its `observer.close`; what is taken out before it is closed
 * was closed by the caller, and is not reported.
 */
export class MediaRoom implements Tenant {
  readonly rtpCapabilities = callCapabilities();
  readonly #router: Router;
  readonly #process: WorkerProcess;
  readonly #voices: Voices;
  readonly #listener: RoomListener;
  readonly #onClose: () => void;
  readonly #transports = new Map<string, RoomTransport>();
  readonly #producers = new Map<string, Producer>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #pulses = new Pulses();
  /** Its data channels. */
  readonly data = new Channels({
    transport: (id) => this.#transport(id).inner,
    ask: (request) => this.#ask(request),
    tell: (event) => {
      this.#report(event);
    },
  });
  #closed = false;

  constructor({router, process, voices}: RoomParts, listener: RoomListener, onClose: () => void) {
    this.#router = router;
    this.#process = process;
    this.#voices = voices;
    this.#listener = listener;
    this.#onClose = onClose;
    voices.listen((event) => {
      this.#report(event);
    });
  }

  get objects(): number {
    return 1 + this.#producers.size + this.#consumers.size + this.data.size;
  }

  async createTransport({direction, peer}: {direction: Direction; peer: string}): Promise<{
    readonly transport: string;
    readonly inner: Pick<
      RoomTransport['inner'],
      'iceParameters' | 'iceCandidates' | 'dtlsParameters' | 'sctpParameters'
    >;
  }> {
    const {webRtcServer} = this.#process;
    const transport = await this.#ask(() =>
      RoomTransport.create({router: this.#router, webRtcServer}, {peer, direction}, (id, state) => {
        if (this.#transports.has(id)) this.#listener({kind: 'transport', transport: id, state});
      }),
    );
    const {id, inner} = transport;
    this.#transports.set(id, transport);
    inner.observer.once('close', () => {
      this.#pulses.forget(transport);
      if (this.#transports.delete(id)) this.#report({kind: 'transport', transport: id, state: 'closed'});
    });
    return {transport: id, inner};
  }

  async connectTransport(transport: string, dtlsParameters: DtlsParameters): Promise<void> {
    const {inner} = this.#transport(transport);
    await this.#ask(() => inner.connect({dtlsParameters}));
  }

  async restartIce(transport: string): Promise<IceParameters> {
    const {inner} = this.#transport(transport);
    return this.#ask(() => inner.restartIce());
  }

  /** Tells who sends on it to send no more than this; without effect on one that is closed. */
  limitIncoming(transport: string, bitsPerSecond: number): void {
    const found = this.#transports.get(transport);
    found?.inner.setMaxIncomingBitrate(bitsPerSecond).catch(() => undefined);
  }

  closeTransport(transport: string): void {
    const found = this.#transports.get(transport);
    if (found === undefined) return;
    this.#transports.delete(transport);
    found.inner.close();
  }

  async produce(
    transport: string,
    {kind, rtpParameters, paused, voice = false}: ProduceOptions,
  ): Promise<{producer: string}> {
    const {inner} = this.#transport(transport);
    // mediasoup takes Opus for video if it is told so, and everyone who consumes it fails.
    if (!rtpParameters.codecs.every(({mimeType}) => mimeType.toLowerCase().startsWith(`${kind}/`))) {
      throw new MediaError('refused', `A codec is not for ${kind}.`);
    }
    const producer = await this.#ask(() => inner.produce({kind, rtpParameters, paused, keyFrameRequestDelay}));
    this.#keep(this.#producers, producer, () => {
      this.#report({kind: 'producerClosed', producer: producer.id});
    });
    if (voice) this.#voices.add(producer);
    return {producer: producer.id};
  }

  async pauseProducer(producer: string): Promise<void> {
    const found = this.#find(this.#producers, producer, 'producer');
    await this.#ask(() => found.pause());
  }

  async resumeProducer(producer: string): Promise<void> {
    const found = this.#find(this.#producers, producer, 'producer');
    await this.#ask(() => found.resume());
  }

  closeProducer(producer: string): void {
    const found = this.#producers.get(producer);
    this.#producers.delete(producer);
    found?.close();
  }

  canConsume(producer: string, rtpCapabilities: RtpCapabilities): boolean {
    return this.#producers.has(producer) && this.#router.canConsume({producerId: producer, rtpCapabilities});
  }

  /** Always paused at first. Audio is asked for again when it was lost, like video. */
  async consume(transport: string, producer: string, rtpCapabilities: RtpCapabilities): Promise<Consumer> {
    const {inner} = this.#transport(transport);
    const source = this.#find(this.#producers, producer, 'producer');
    const consumer = await this.#ask(() =>
      inner.consume({producerId: producer, rtpCapabilities, paused: true, enableRtx: true}),
    );
    this.#keep(this.#consumers, consumer, () => {
      this.#report({kind: 'consumerClosed', consumer: consumer.id});
    });
    followLayers(consumer, source, (event) => {
      if (this.#consumers.has(consumer.id)) this.#report(event);
    });
    return consumer;
  }

  async pauseConsumer(consumer: string): Promise<void> {
    const found = this.#find(this.#consumers, consumer, 'consumer');
    await this.#ask(() => found.pause());
  }

  async resumeConsumer(consumer: string): Promise<void> {
    const found = this.#find(this.#consumers, consumer, 'consumer');
    await this.#ask(() => found.resume());
  }

  async setConsumer(
    consumer: string,
    {preferredLayers, priority}: {preferredLayers?: ConsumerLayers; priority?: number},
  ): Promise<void> {
    const found = this.#find(this.#consumers, consumer, 'consumer');
    if (preferredLayers !== undefined && found.type !== 'simple') {
      await this.#ask(() => found.setPreferredLayers(preferredLayers));
    }
    if (priority !== undefined) await this.#ask(() => found.setPriority(priority));
  }

  closeConsumer(consumer: string): void {
    const found = this.#consumers.get(consumer);
    this.#consumers.delete(consumer);
    found?.close();
  }

  /** Whether `levels` are reported; they are not at first. */
  followLevels(on: boolean): void {
    if (!this.#closed) this.#voices.follow(on);
  }

  /** Counts what it holds. */
  count(tally: Tally): void {
    for (const transport of this.#transports.values()) transport.count(tally);
  }

  /** Looks whether the peers are still heard. */
  checkPulses(): Promise<void> {
    return this.#pulses.check([...this.#transports.values()]);
  }

  /** Measures how well the peers are reached, reported as `path`, and how much data they send, as `data`. */
  async measurePaths(observer?: MediaObserver): Promise<void> {
    const measuring = [...byPeer([...this.#transports.values()])].map(async ([peer, transports]) => {
      const path = await measurePath(transports, observer);
      this.#report({kind: 'path', peer, ...path});
    });
    // What is closed meanwhile is not measured.
    await Promise.allSettled([...measuring, this.data.measure()]);
  }

  /** Idempotent. */
  close(): void {
    if (!this.#end()) return;
    this.#router.close();
  }

  lost(): void {
    if (!this.#end()) return;
    this.#router.close();
    this.#listener({kind: 'lost'});
  }

  #end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#transports.clear();
    this.#producers.clear();
    this.#consumers.clear();
    this.data.clear();
    this.#onClose();
    return true;
  }

  /** While the worker dies mediasoup closes everything one by one: `lost` will say it all. */
  #report(event: Parameters<RoomListener>[0]): void {
    if (!this.#closed && !this.#process.worker.closed) this.#listener(event);
  }

  #keep<T extends Closable>(map: Map<string, T>, object: T, closedByItself: () => void): void {
    map.set(object.id, object);
    object.observer.once('close', () => {
      if (map.delete(object.id)) closedByItself();
    });
  }

  #transport(transport: string): RoomTransport {
    return this.#find(this.#transports, transport, 'transport');
  }

  #find<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
    const found = map.get(id);
    if (found === undefined) throw new MediaError('unknown', `There is no ${what} ${id}.`);
    return found;
  }

  /** Anything that the engine says no to was refused, unless what it was asked of is gone meanwhile. */
  async #ask<T>(request: () => Promise<T>): Promise<T> {
    let answer: T;
    try {
      answer = await request();
    } catch (cause) {
      if (this.#closed || this.#process.worker.closed || isGone(cause)) {
        throw new MediaError('unknown', 'It was closed meanwhile.', {cause});
      }
      throw new MediaError('refused', textOf(cause), {cause});
    }
    if (this.#closed) throw new MediaError('unknown', 'The room was closed meanwhile.');
    return answer;
  }
}

interface Closable {
  readonly id: string;
  readonly observer: {once(event: 'close', listener: () => void): unknown};
}
