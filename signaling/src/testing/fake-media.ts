import {ParleyError, type media as wire} from '@parley/protocol';
import type {
  ConsumerInfo,
  IceAccess,
  MediaEngine,
  MediaEvent,
  EngineRoom,
  MediaRecording,
  RecordingEnd,
  RecordingWish,
  ProduceOptions,
  TransportOffer,
} from '../ports.js';
import {FakeChannels, fakeId} from './fake-channels.js';
import {known} from './fake-pipes.js';
import {ice, someCandidates, someCapabilities, someDtls, someRtpParameters} from './some-parameters.js';

const sctpParameters: wire.SctpParameters = {port: 5_000, maxSendMessageSize: 65_536, maxReceiveMessageSize: 65_536};

/** The media engine as its port describes it, without media: what it holds can be counted, and it can be broken. */
export class FakeMedia implements MediaEngine {
  readonly rtpCapabilities = someCapabilities;
  readonly rooms = new Set<FakeMediaRoom>();
  available: boolean;
  unavailableReason: string | undefined;
  /** Awaited by every request before it is carried out; a test may hold it. */
  gate: Promise<void> = Promise.resolve();
  /** Tests may fill it, and say where pipes end. */
  fullForMs: number | undefined;
  /** Each room is on one. */
  workers = 2;
  load = 0;
  pipeAddress: string | undefined = '10.0.0.1';

  constructor({available = true}: {available?: boolean} = {}) {
    this.available = available;
    this.unavailableReason = available ? undefined : 'Calls are off: this node has no media worker.';
  }

  iceAccess(): IceAccess {
    return {servers: [], lifetimeMs: undefined};
  }

  async open(_call: string, listener: (event: MediaEvent) => void, besides?: EngineRoom): Promise<EngineRoom> {
    await this.gate;
    if (besides !== undefined && this.workers === 1) throw new ParleyError('media_refused');
    if (!this.available) throw new ParleyError('calls_unavailable');
    const room = new FakeMediaRoom(this, listener);
    this.rooms.add(room);
    return room;
  }

  /** As if every worker had died. */
  kill(): void {
    for (const room of [...this.rooms]) room.lose();
  }

  /** Transports, producers and consumers that are still there. */
  get objects(): number {
    let objects = 0;
    for (const {transports, producers, consumers, channels, ends} of this.rooms)
      for (const held of [transports, producers, consumers, channels, ends]) objects += held.size;
    return objects;
  }
}

interface FakeConsumer {
  readonly transport: string;
  readonly producer: string;
  paused: boolean;
  /** What it was set to; undefined: the best there is. */
  spatial?: number | undefined;
  priority?: number | undefined;
}

export class FakeMediaRoom extends FakeChannels implements EngineRoom {
  readonly rtpCapabilities = someCapabilities;
  readonly transports = new Map<
    string,
    {direction: 'send' | 'receive'; peer: string; connected: boolean; restarts: number}
  >();
  readonly consumers = new Map<string, FakeConsumer>();
  /** Bits per second that may be sent on a transport, where that was said. */
  readonly incoming = new Map<string, number>();
  readonly outgoing = new Map<string, number>();
  /** What reached the engine, in order: to see that a repeat did not. */
  readonly journal: string[] = [];
  levelsFollowed = false;
  /** A test may fill it. */
  fullForMs: number | undefined;
  /** Producers that are recorded, while anything is. */
  recorded: string[] | undefined;
  /** As if the disk were full. */
  endRecording: () => void = () => undefined;
  unrecordable = false;
  recordable: EngineRoom['recordable'] = 'mixed';
  /** With which wishes it was recorded. */
  readonly recordings: RecordingWish[] = [];
  readonly #engine: FakeMedia;
  readonly #listener: (event: MediaEvent) => void;
  #closed = false;

  constructor(engine: FakeMedia, listener: (event: MediaEvent) => void) {
    super();
    this.#engine = engine;
    this.#listener = listener;
  }

  /** The engine tells what happened by itself. */
  override say(event: MediaEvent): void {
    if (!this.#closed) this.#listener(event);
  }

  lose(): void {
    if (this.#closed) return;
    this.close();
    this.#listener({kind: 'lost'});
  }

  /** As if the worker that carried these peers had died, and others carried the rest. */
  losePeers(peers: readonly string[]): void {
    for (const [id, {peer}] of this.transports) if (peers.includes(peer)) this.transports.delete(id);
    const holds = ({transport}: {transport: string}): boolean => this.transports.has(transport);
    for (const [id, producer] of this.producers) if (!holds(producer)) this.producers.delete(id);
    for (const [id, consumer] of this.consumers) if (!holds(consumer)) this.consumers.delete(id);
    for (const [id, {producer}] of this.consumers) if (!this.producers.has(producer)) this.#loseConsumer(id);
    this.say({kind: 'peersLost', peers});
  }

  async createTransport({direction, peer}: {direction: 'send' | 'receive'; peer: string}): Promise<TransportOffer> {
    await this.begin('createTransport');
    const transport = fakeId('transport');
    this.transports.set(transport, {direction, peer, connected: false, restarts: 0});
    const [iceParameters, iceCandidates, dtlsParameters] = [ice(transport, 0), someCandidates, someDtls];
    return {transport, iceParameters, iceCandidates, dtlsParameters, sctpParameters};
  }

  async connectTransport(transport: string): Promise<void> {
    await this.begin('connectTransport');
    const found = known(this.transports, transport);
    if (found.connected) throw new ParleyError('media_refused');
    found.connected = true;
  }

  async restartIce(transport: string): Promise<wire.IceParameters> {
    await this.begin('restartIce');
    const found = known(this.transports, transport);
    found.restarts += 1;
    return ice(transport, found.restarts);
  }

  limitIncoming(transport: string, bitsPerSecond: number): void {
    if (this.transports.has(transport)) this.incoming.set(transport, bitsPerSecond);
  }

  limitOutgoing(transport: string, bitsPerSecond: number): void {
    if (this.transports.has(transport)) this.outgoing.set(transport, bitsPerSecond);
  }

  closeTransport(transport: string): void {
    if (!this.transports.delete(transport)) return;
    for (const [producer, {transport: on}] of this.producers) if (on === transport) this.loseProducer(producer);
    for (const [consumer, {transport: on}] of this.consumers) if (on === transport) this.#loseConsumer(consumer);
    for (const [channel, {transport: on}] of this.channels) if (on === transport) this.loseChannel(channel);
    for (const [end, {transport: on}] of this.ends) if (on === transport) this.loseEnd(end);
  }

  async produce(transport: string, {kind, rtpParameters, paused}: ProduceOptions): Promise<{producer: string}> {
    await this.begin('produce');
    known(this.transports, transport);
    if (rtpParameters.codecs.some(({mimeType}) => mimeType.endsWith('/nonsense')))
      throw new ParleyError('media_refused');
    const producer = fakeId('producer');
    const type = (rtpParameters.encodings?.length ?? 1) > 1 ? 'simulcast' : 'simple';
    this.producers.set(producer, {transport, kind, type, paused});
    return {producer};
  }

  async pauseProducer(producer: string): Promise<void> {
    await this.begin('pauseProducer');
    known(this.producers, producer).paused = true;
  }

  async resumeProducer(producer: string): Promise<void> {
    await this.begin('resumeProducer');
    known(this.producers, producer).paused = false;
  }

  closeProducer(producer: string): void {
    if (this.producers.delete(producer)) this.#closeConsumersOf(producer);
  }

  canConsume(producer: string, capabilities: wire.RtpCapabilities): boolean {
    return this.producers.has(producer) && capabilities.codecs.length > 0;
  }

  async consume(transport: string, producer: string): Promise<ConsumerInfo> {
    await this.begin('consume');
    known(this.transports, transport);
    const {kind, type = 'simple', paused} = known(this.producers, producer);
    const consumer = fakeId('consumer');
    this.consumers.set(consumer, {transport, producer, paused: true});
    return {consumer, producer, kind, type, rtpParameters: someRtpParameters, producerPaused: paused};
  }

  async pauseConsumer(consumer: string): Promise<void> {
    await this.begin('pauseConsumer');
    known(this.consumers, consumer).paused = true;
  }

  async resumeConsumer(consumer: string): Promise<void> {
    await this.begin('resumeConsumer');
    known(this.consumers, consumer).paused = false;
  }

  async setConsumer(
    consumer: string,
    {preferredLayers, priority}: {preferredLayers?: {spatial: number}; priority?: number},
  ): Promise<void> {
    await this.begin('setConsumer');
    const found = known(this.consumers, consumer);
    found.spatial = preferredLayers?.spatial ?? found.spatial;
    found.priority = priority ?? found.priority;
  }

  closeConsumer(consumer: string): void {
    this.consumers.delete(consumer);
  }

  async record(wish: RecordingWish, onEnded: (how: RecordingEnd) => void): Promise<MediaRecording> {
    await this.begin('record');
    if (this.unrecordable) throw new ParleyError('recording_unavailable');
    this.recorded = [];
    this.recordings.push(wish);
    const stop = (): void => {
      this.recorded = undefined;
    };
    this.endRecording = () => {
      stop();
      onEnded('diskFull');
    };
    const {recording, part} = wish.continues ?? {recording: 'r', part: 0};
    return {
      recording,
      part: part + 1,
      mixed: wish.mixed ?? false,
      add: ({producer}) => void this.recorded?.push(producer),
      stop: () => {
        stop();
        return Promise.resolve();
      },
    };
  }

  followLevels(on: boolean): void {
    this.levelsFollowed = on;
  }

  close(): void {
    this.#closed = true;
    this.#engine.rooms.delete(this);
    this.forgetPipes();
    for (const held of [this.transports, this.producers, this.consumers, this.channels, this.ends]) held.clear();
  }

  override async begin(what: string): Promise<void> {
    this.journal.push(what);
    await this.#engine.gate;
    if (this.#closed) throw new ParleyError('unknown_media');
  }

  override loseProducer(producer: string): void {
    this.producers.delete(producer);
    this.#listener({kind: 'producerClosed', producer});
    this.#closeConsumersOf(producer);
  }

  #loseConsumer(consumer: string): void {
    if (this.consumers.delete(consumer)) this.#listener({kind: 'consumerClosed', consumer});
  }

  #closeConsumersOf(producer: string): void {
    for (const [consumer, {producer: of}] of this.consumers) if (of === producer) this.#loseConsumer(consumer);
  }
}
