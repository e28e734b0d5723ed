import {hasCode, ParleyError, type media as wire} from '@parley/protocol';
import type {
  ConsumerInfo,
  DataConsumerInfo,
  DataOptions,
  EngineRoom,
  MediaEvent,
  MediaRecording,
  MediaRoom,
  PeerPlace,
  ProduceOptions,
  TransportOffer,
} from '../ports.js';
import type {CallRoom} from './call-room.js';
import {Crossings, type CrossingsOptions, type Hold, type Source} from './crossings.js';
import {Home, type HomeOptions} from './home.js';
import {Homeward} from './homeward.js';
import {LeavingParts} from './leaving-parts.js';
import {PartEvents} from './part-events.js';
import type {Part} from './part.js';
import {Parts, type PartsOptions} from './parts.js';
import {SecondTry} from './second-try.js';
import {Whereabouts} from './whereabouts.js';

export interface SpreadRoomOptions extends Omit<PartsOptions, 'onEvent' | 'onLeaving' | 'home'> {
  readonly home: Pick<HomeOptions, 'node' | 'first' | 'open'>;
  /** Told of a pipe between nodes that had to be made anew. */
  readonly onBroken: CrossingsOptions['onBroken'];
  readonly listener: (event: MediaEvent) => void;
}

/**
 * The media of a call on one node or several, as one room: whoever drives it need not know where a peer is carried. What is
 * wanted on another node than it comes in at is piped there first.
 *
 * A node that is lost takes with it the peers that it carried, and nobody else; so do the workers of the node that runs the
 * call, while others carry peers of it. A pipe that is lost costs consumers, which are to be offered again.
 */
export class SpreadRoom implements CallRoom {
  readonly rtpCapabilities: wire.RtpCapabilities;
  readonly #home: Home;
  readonly #parts: Parts;
  readonly #leaving: LeavingParts;
  readonly #where = new Whereabouts();
  readonly #crossings: Crossings;
  readonly #retry: SecondTry;
  readonly #listener: (event: MediaEvent) => void;
  readonly #events: PartEvents;
  readonly #homeward: Homeward;
  #closed = false;

  constructor({home: ground, listener, onBroken, ...options}: SpreadRoomOptions) {
    const [{clock}, onEvent, where] = [options, this.#event, this.#where];
    const home = new Home({...ground, clock, onEvent, onOpened: this.#lookAgain, onGivenUp: this.#lose});
    const onLeaving = (part: Part): void => {
      if (!this.#closed) this.#events.leaves(part);
    };
    const parts = new Parts({...options, home, onEvent, onLeaving});
    const leaving = new LeavingParts(clock, (part) => {
      part.media.close();
      onEvent(part, {kind: 'lost'});
    });
    const retry = new SecondTry(clock, this.#lookAgain);
    const crossings = new Crossings({
      clock,
      home,
      onBroken: (how, between) => {
        onBroken(how, between);
        retry.soon();
      },
    });
    [this.#home, this.#parts, this.#leaving, this.#crossings, this.#retry] = [home, parts, leaving, crossings, retry];
    this.rtpCapabilities = home.rtpCapabilities;
    this.#listener = listener;
    this.#homeward = new Homeward({home, where, crossings, retry});
    this.#events = new PartEvents({home, parts, leaving, where, crossings, listener});
    home.listen();
  }

  get fullForMs(): number | undefined {
    return this.#parts.fullForMs;
  }

  async createTransport(options: PeerPlace & {readonly direction: 'send' | 'receive'}): Promise<TransportOffer> {
    const {peer} = options;
    const part = await this.#parts.enter(options);
    try {
      const offer = await part.media.createTransport(options);
      this.#requireOpen();
      this.#where.addPath(offer.transport, {part, peer});
      return offer;
    } catch (thrown) {
      this.#parts.leave(peer, part);
      throw thrown;
    }
  }

  async connectTransport(transport: string, dtlsParameters: wire.DtlsParameters): Promise<void> {
    await this.#where.path(transport).part.media.connectTransport(transport, dtlsParameters);
  }

  async restartIce(transport: string): Promise<wire.IceParameters> {
    return await this.#where.path(transport).part.media.restartIce(transport);
  }

  limitIncoming(transport: string, bitsPerSecond: number): void {
    this.#where.findPath(transport)?.part.media.limitIncoming(transport, bitsPerSecond);
  }

  limitOutgoing(transport: string, bitsPerSecond: number): void {
    this.#where.findPath(transport)?.part.media.limitOutgoing(transport, bitsPerSecond);
  }

  closeTransport(transport: string): void {
    const path = this.#where.takePath(transport);
    if (path === undefined) return;
    // What is on it is reported one by one.
    path.part.media.closeTransport(transport);
    this.#parts.leave(path.peer, path.part);
    this.#leaving.transportEnded(path.part, transport);
  }

  async produce(transport: string, options: ProduceOptions): Promise<{producer: string}> {
    const {part} = this.#where.path(transport);
    // Who speaks is heard at one place.
    const {producer} = await part.media.produce(
      transport,
      part === this.#home.part ? options : {...options, voice: false},
    );
    this.#requireOpen();
    const source: Source = {id: producer, what: 'track', part, voice: options.voice};
    const mimeType = options.rtpParameters.codecs[0]?.mimeType.toLowerCase();
    this.#where.publish({source, transport, ...(mimeType !== undefined && {mimeType})});
    if (options.voice) this.#homeward.listenTo(source);
    return {producer};
  }

  readonly pauseProducer = (producer: string): Promise<void> => this.#pause(producer, true);
  readonly resumeProducer = (producer: string): Promise<void> => this.#pause(producer, false);

  closeProducer(producer: string): void {
    const source = this.#where.unpublish(producer);
    if (source === undefined) return;
    source.part.media.closeProducer(producer);
    this.#crossings.end(source);
  }

  /** Of what comes in on another node the codec tells as much as is worth asking; the rest is refused when it is consumed. */
  canConsume(producer: string, capabilities: wire.RtpCapabilities): boolean {
    const found = this.#where.findPublished(producer);
    if (found === undefined) return false;
    const home = this.#home.part;
    if (found.source.part === home) return home.media.canConsume(producer, capabilities);
    return capabilities.codecs.some(({mimeType}) => mimeType.toLowerCase() === found.mimeType);
  }

  async consume(transport: string, producer: string, capabilities: wire.RtpCapabilities): Promise<ConsumerInfo> {
    const {part} = this.#where.path(transport);
    const {source} = this.#where.published(producer);
    const {made, hold} = await this.#within(source, part, () => part.media.consume(transport, producer, capabilities));
    this.#where.receive(made.consumer, {part, transport, hold});
    return made;
  }

  async pauseConsumer(consumer: string): Promise<void> {
    await this.#where.received(consumer).media.pauseConsumer(consumer);
  }

  async resumeConsumer(consumer: string): Promise<void> {
    await this.#where.received(consumer).media.resumeConsumer(consumer);
  }

  async setConsumer(consumer: string, options: Parameters<MediaRoom['setConsumer']>[1]): Promise<void> {
    await this.#where.received(consumer).media.setConsumer(consumer, options);
  }

  closeConsumer(consumer: string): void {
    this.#where.unreceive(consumer)?.media.closeConsumer(consumer);
  }

  async produceData(transport: string, options: DataOptions): Promise<{dataProducer: string}> {
    const {part} = this.#where.path(transport);
    const produced = await part.media.produceData(transport, options);
    this.#requireOpen();
    this.#where.publish({source: {id: produced.dataProducer, what: 'data', part, voice: false}, transport});
    return produced;
  }

  closeDataProducer(dataProducer: string): void {
    const source = this.#where.unpublish(dataProducer);
    if (source === undefined) return;
    source.part.media.closeDataProducer(dataProducer);
    this.#crossings.end(source);
  }

  async consumeData(transport: string, dataProducer: string): Promise<DataConsumerInfo> {
    const {part} = this.#where.path(transport);
    const {source} = this.#where.published(dataProducer);
    const {made, hold} = await this.#within(source, part, () => part.media.consumeData(transport, dataProducer));
    this.#where.receive(made.dataConsumer, {part, transport, hold});
    return made;
  }

  async resumeDataConsumer(dataConsumer: string): Promise<void> {
    await this.#where.received(dataConsumer).media.resumeDataConsumer(dataConsumer);
  }

  closeDataConsumer(dataConsumer: string): void {
    this.#where.unreceive(dataConsumer)?.media.closeDataConsumer(dataConsumer);
  }

  followLevels(on: boolean): void {
    this.#home.followLevels(on);
  }

  get recordable(): EngineRoom['recordable'] {
    return this.#home.recordable;
  }

  /** Of all that is published, wherever it comes in. */
  record(...wish: Parameters<MediaRoom['record']>): Promise<MediaRecording> {
    return this.#homeward.record(...wish);
  }

  async renew(): Promise<void> {
    const former = await this.#home.renew();
    this.#events.leaves(former);
    this.#listener({kind: 'recordingLost'});
    this.#lookAgain();
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry.close();
    this.#crossings.close();
    this.#leaving.close();
    this.#parts.close();
    this.#where.clear();
    this.#home.close();
  }

  /** What happened to a part of it by itself. */
  readonly #event = (part: Part, event: MediaEvent): void => {
    if (this.#closed) return;
    const homeLost = event.kind === 'lost' && part === this.#home.part;
    // With nobody on another node the call may as well begin there.
    if (homeLost && [...this.#parts.far].every((far) => this.#where.peersAt(far).size === 0)) {
      this.#lose();
      return;
    }
    if (homeLost) this.#home.lost();
    this.#events.follow(part, event);
    if (homeLost) this.#listener({kind: 'recordingLost'});
  };

  readonly #lose = (): void => {
    this.close();
    this.#listener({kind: 'lost'});
  };

  /** What could not be had may be now. */
  readonly #lookAgain = (): void => {
    this.#homeward.look();
    this.#listener({kind: 'reachable'});
  };

  /** Makes something at `part` of a producer that is brought there for it. */
  async #within<T>(source: Source, part: Part, make: () => Promise<T>): Promise<{made: T; hold: Hold}> {
    const crosses = source.part !== part;
    let hold: Hold | undefined;
    try {
      hold = await this.#crossings.hold(source, part);
      const made = await make();
      this.#requireOpen();
      if (crosses) this.#retry.succeeded();
      return {made, hold};
    } catch (thrown) {
      hold?.release();
      // What the engine refuses it would refuse again.
      const refused = hasCode(thrown, 'media_refused');
      if (crosses && !refused && !this.#closed && this.#where.findPublished(source.id) !== undefined)
        this.#retry.soon();
      throw thrown;
    }
  }

  async #pause(producer: string, paused: boolean): Promise<void> {
    const {source} = this.#where.published(producer);
    const {media} = source.part;
    await (paused ? media.pauseProducer(producer) : media.resumeProducer(producer));
    await this.#crossings.pause(source, paused);
  }

  /** What was made for a room that is closed is closed with its part. */
  #requireOpen(): void {
    if (this.#closed) throw new ParleyError('unknown_media');
  }
}
