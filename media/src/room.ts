import type {Consumer, ConsumerLayers, DtlsParameters, IceParameters, RtpCapabilities} from 'mediasoup/types';
import {ask} from './asking.js';
import {Channels} from './channels.js';
import {callCapabilities} from './codecs.js';
import {MediaError, textOf} from './errors.js';
import {Hearing} from './hearing.js';
import {HostPipes} from './host-pipes.js';
import {Living} from './living.js';
import type {MediaLogger} from './log.js';
import type {MediaObserver} from './observer.js';
import {Paths, type Path} from './paths.js';
import {Pipes, type Source} from './pipes.js';
import {keyFrameRequestDelay, type ProduceOptions} from './produce-options.js';
import {Receptions} from './receptions.js';
import {openTap, type Tap, type TapPorts} from './recording/tap.js';
import type {RoomEvent, RoomListener} from './room-events.js';
import type {RoomParts} from './room-parts.js';
import type {Direction, RoomTransport} from './room-transport.js';
import type {Section} from './section.js';
import {Sections} from './sections.js';
import type {Degree} from './strain.js';
import type {Tally} from './tally.js';
import type {WorkerSlot} from './worker-slot.js';

/** Until then a worker may have got room: people leave, and what is spared is measured. */
export const fullForMs = 5_000;

/**
 * The media of one call, on one worker or several: whoever calls its methods need not know.
 *
 * Everything is in a map while it lives, and leaves it in its `observer.close`; what is taken out before it is closed
 * was closed by the caller, and is not reported.
 */
export class MediaRoom {
  readonly rtpCapabilities = callCapabilities();
  /** Its data channels. */
  readonly data: Channels;
  /** Its pipes to other hosts. */
  readonly abroad: HostPipes;
  readonly #sections: Sections;
  readonly #pipes: Pipes;
  readonly #hearing: Hearing;
  readonly #logger: MediaLogger;
  readonly #listener: RoomListener;
  readonly #onClose: (room: MediaRoom) => void;
  readonly #paths: Paths;
  readonly #producers = new Living<Source>('producer');
  readonly #receptions: Receptions;
  #strain: Degree = 'none';
  #closed = false;

  /**
   * @param onClose may be told before it is open, if its worker dies meanwhile
   * @throws MediaError `unavailable`
   */
  static async open(parts: RoomParts, listener: RoomListener, onClose: (room: MediaRoom) => void): Promise<MediaRoom> {
    const sections = await Sections.begin(parts.ground);
    const room = new MediaRoom(sections, parts, listener, onClose);
    try {
      if (sections.main !== undefined) await room.#hearing.listenAt(sections.main);
      if (sections.main !== undefined && !room.#closed) return room;
    } catch (cause) {
      room.close();
      throw new MediaError('unavailable', 'The media worker died.', {cause});
    }
    throw new MediaError('unavailable', 'The media worker died.');
  }

  private constructor(
    sections: Sections,
    {clock, logger, pipesAt}: RoomParts,
    listener: RoomListener,
    onClose: (room: MediaRoom) => void,
  ) {
    this.#sections = sections;
    this.#logger = logger;
    this.#listener = listener;
    this.#onClose = onClose;
    this.#pipes = new Pipes(clock);
    const report = (event: RoomEvent, section?: Section): void => {
      this.#report(event, section);
    };
    this.#hearing = new Hearing(this.#pipes, logger, report);
    this.#paths = new Paths({room: this, sections, report});
    this.#receptions = new Receptions(this, this.#pipes, report);
    const path = (transport: string): Path => this.#paths.get(transport);
    this.data = new Channels({room: this, pipes: this.#pipes, path, report});
    this.abroad = new HostPipes({
      room: this,
      pipes: this.#pipes,
      data: this.data,
      address: pipesAt,
      at: () => sections.main,
      source: (producer) => this.#producers.get(producer),
      keep: (source, voice) => {
        this.#keep(source, voice);
      },
      report,
    });
    sections.listen((peers) => {
      this.#sectionLost(peers);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The workers that carry it. */
  get slots(): Iterable<WorkerSlot> {
    return this.#sections.slots;
  }

  /** How many workers carry it. */
  get workers(): number {
    return this.#sections.count;
  }

  /** Producers that are brought from worker to worker, each to each counted once. */
  get pipes(): number {
    return this.#pipes.count;
  }

  async createTransport(options: {direction: Direction; peer: string}): Promise<{
    readonly transport: string;
    readonly inner: Pick<
      RoomTransport['inner'],
      'iceParameters' | 'iceCandidates' | 'dtlsParameters' | 'sctpParameters'
    >;
  }> {
    const {id, inner} = await this.#paths.create(options);
    return {transport: id, inner};
  }

  connectTransport(transport: string, dtlsParameters: DtlsParameters): Promise<void> {
    return this.#paths.connect(transport, dtlsParameters);
  }

  restartIce(transport: string): Promise<IceParameters> {
    return this.#paths.restartIce(transport);
  }

  /** Tells who sends on it to send no more than this; without effect on one that is closed. */
  limitIncoming(transport: string, bitsPerSecond: number): void {
    this.#paths.limitIncoming(transport, bitsPerSecond);
  }

  /** Sends over it no more than this, 0: as much as its path bears; without effect on one that is closed. */
  limitOutgoing(transport: string, bitsPerSecond: number): void {
    this.#paths.limitOutgoing(transport, bitsPerSecond);
  }

  closeTransport(transport: string): void {
    this.#paths.close(transport);
  }

  async produce(
    transport: string,
    {kind, rtpParameters, paused, voice = false}: ProduceOptions,
  ): Promise<{producer: string}> {
    const {
      section,
      transport: {inner},
    } = this.#paths.get(transport);
    // mediasoup takes Opus for video if it is told so, and everyone who consumes it fails.
    if (!rtpParameters.codecs.every(({mimeType}) => mimeType.toLowerCase().startsWith(`${kind}/`))) {
      throw new MediaError('refused', `A codec is not for ${kind}.`);
    }
    const producer = await ask(() => inner.produce({kind, rtpParameters, paused, keyFrameRequestDelay}), this, section);
    this.#keep({producer, section}, voice);
    return {producer: producer.id};
  }

  async pauseProducer(producer: string): Promise<void> {
    const {producer: found, section} = this.#producers.get(producer);
    await ask(() => found.pause(), this, section);
  }

  async resumeProducer(producer: string): Promise<void> {
    const {producer: found, section} = this.#producers.get(producer);
    await ask(() => found.resume(), this, section);
  }

  closeProducer(producer: string): void {
    this.#producers.take(producer)?.producer.close();
  }

  canConsume(producer: string, rtpCapabilities: RtpCapabilities): boolean {
    const source = this.#producers.find(producer);
    return source?.section.router.canConsume({producerId: producer, rtpCapabilities}) ?? false;
  }

  /** Always paused at first. */
  async consume(transport: string, producer: string, rtpCapabilities: RtpCapabilities): Promise<Consumer> {
    const path = this.#paths.get(transport);
    return await this.#receptions.make(path, this.#producers.get(producer), rtpCapabilities);
  }

  pauseConsumer(consumer: string): Promise<void> {
    return this.#receptions.pause(consumer);
  }

  resumeConsumer(consumer: string): Promise<void> {
    return this.#receptions.resume(consumer);
  }

  setConsumer(consumer: string, options: {preferredLayers?: ConsumerLayers; priority?: number}): Promise<void> {
    return this.#receptions.set(consumer, options);
  }

  closeConsumer(consumer: string): void {
    this.#receptions.close(consumer);
  }

  /** Sends a producer, paused at first, to ports of this host. */
  async tap(producer: string, ports: TapPorts): Promise<Tap> {
    const {producer: found, section} = this.#producers.get(producer);
    return ask(() => openTap(section.router, found, ports), this, section);
  }

  /** Whether `levels` are reported; they are not at first. */
  followLevels(on: boolean): void {
    if (!this.#closed) this.#hearing.follow(on);
  }

  /** Undefined while there is room for another peer, else when to ask again. */
  get fullForMs(): number | undefined {
    return this.#sections.full ? fullForMs : undefined;
  }

  /** Looks how strained its workers are. */
  checkStrain(): void {
    const {strain} = this.#sections;
    if (strain === this.#strain) return;
    this.#strain = strain;
    this.#report({kind: 'strain', degree: strain});
  }

  /** Counts what it holds. */
  count(tally: Tally): void {
    this.#paths.count(tally);
    this.abroad.count(tally);
  }

  /** Looks whether the peers are still heard. */
  checkPulses(): Promise<void> {
    return this.#paths.checkPulses();
  }

  /** Measures how well the peers are reached, reported as `path`, and how much data they send, as `data`. */
  async measurePaths(observer?: MediaObserver): Promise<void> {
    await Promise.allSettled([this.#paths.measure(observer), this.data.measure(), this.abroad.measure(observer)]);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const living of [this.#paths, this.#producers, this.#receptions, this.data, this.abroad]) living.clear();
    this.#pipes.close();
    this.#sections.close();
    this.#onClose(this);
  }

  /** Closes it and says so. */
  lose(): void {
    if (this.#closed) return;
    this.close();
    this.#listener({kind: 'lost'});
  }

  #keep(source: Source, voice: boolean): void {
    const {producer, section} = source;
    this.#producers.keep(producer, source, () => {
      this.#report({kind: 'producerClosed', producer: producer.id}, section);
    });
    if (voice) this.#hearing.add(source);
  }

  /** What was on a worker is gone; what is on others goes on, and is heard from there if it was not. */
  #sectionLost(peers: readonly string[]): void {
    const {main} = this.#sections;
    if (main === undefined) {
      this.lose();
      return;
    }
    this.#hearing.listenAt(main).catch((thrown: unknown) => {
      // It died too, and that is told by itself.
      if (!main.closed) this.#logger.error({reason: textOf(thrown)}, 'nobody listens who speaks');
    });
    this.#report({kind: 'peersLost', peers});
  }

  /** While a worker dies mediasoup closes everything one by one: `lost` or `peersLost` will say it all. */
  #report(event: RoomEvent, section?: Section): void {
    if (!this.#closed && section?.closed !== true) this.#listener(event);
  }
}
