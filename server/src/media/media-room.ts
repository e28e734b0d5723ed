import {ParleyError, type media as wire} from '@parley/protocol';
import {fullForMs, MediaError, type MediaRoom as Room} from '@parley/media';
import type {
  ConsumerInfo,
  DataConsumerInfo,
  DataOptions,
  EngineRoom,
  MediaRecording,
  PipedData,
  PipedTrack,
  PipePoint,
  ProduceOptions,
  TransportOffer,
} from '@parley/signaling';

type Engine<K extends keyof Room> = Room[K] extends (...args: infer A) => unknown ? A : never;
type EngineDtls = Engine<'connectTransport'>[1];
type EngineRtp = Engine<'produce'>[1]['rtpParameters'];
type EngineSctp = Parameters<Room['data']['produce']>[1]['sctpStreamParameters'];
type EngineCapabilities = Engine<'consume'>[2];
type EnginePoint = Parameters<Room['abroad']['connect']>[1];
type EngineTrack = Parameters<Room['abroad']['take']>[2];
type EngineData = Parameters<Room['abroad']['takeData']>[2];

const codes = {
  refused: 'media_refused',
  unknown: 'unknown_media',
  unavailable: 'calls_unavailable',
  overloaded: 'overloaded',
  unrecordable: 'recording_unavailable',
} as const;

/** What the engine says no with, in the catalogue's codes. */
export function toParleyError(thrown: unknown): unknown {
  if (!(thrown instanceof MediaError)) return thrown;
  const retry = thrown.code === 'overloaded' ? {retryAfterMs: fullForMs} : {};
  return new ParleyError(codes[thrown.code], {message: thrown.message, cause: thrown, ...retry});
}

/** Runs a request of the engine, translating what it rejects with. */
async function ask<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (thrown) {
    throw toParleyError(thrown);
  }
}

/** How the engine writes a room to files. */
interface Recordings {
  readonly record: EngineRoom['record'];
  readonly recordable: () => EngineRoom['recordable'];
}

/**
 * A room of the engine as signaling wants it.
 *
 * The casts here are between two descriptions of the same JSON, which differ on optional fields only: what comes from a
 * client was parsed by the contract's schemas, what comes from the engine fits them.
 */
export class AdaptedRoom implements EngineRoom {
  readonly rtpCapabilities: wire.RtpCapabilities;
  readonly #room: Room;
  readonly #begin: EngineRoom['record'];
  readonly #recordable: () => EngineRoom['recordable'];

  constructor(room: Room, {record, recordable}: Recordings) {
    this.#room = room;
    this.#begin = record;
    this.#recordable = recordable;
    this.rtpCapabilities = room.rtpCapabilities as wire.RtpCapabilities;
  }

  get recordable(): EngineRoom['recordable'] {
    return this.#recordable();
  }

  get fullForMs(): number | undefined {
    return this.#room.fullForMs;
  }

  async createTransport(options: {direction: 'send' | 'receive'; peer: string}): Promise<TransportOffer> {
    const {transport, inner} = await ask(this.#room.createTransport(options));
    const {iceParameters, iceCandidates, dtlsParameters, sctpParameters} = inner;
    if (sctpParameters === undefined) throw new TypeError('a transport without SCTP');
    const {port, maxSendMessageSize, maxReceiveMessageSize} = sctpParameters;
    const sctp = {port, maxSendMessageSize, maxReceiveMessageSize};
    return {transport, iceParameters, iceCandidates, dtlsParameters, sctpParameters: sctp};
  }

  async connectTransport(transport: string, dtlsParameters: wire.DtlsParameters): Promise<void> {
    await ask(this.#room.connectTransport(transport, dtlsParameters as EngineDtls));
  }

  restartIce(transport: string): Promise<wire.IceParameters> {
    return ask(this.#room.restartIce(transport));
  }

  limitIncoming(transport: string, bitsPerSecond: number): void {
    this.#room.limitIncoming(transport, bitsPerSecond);
  }

  limitOutgoing(transport: string, bitsPerSecond: number): void {
    this.#room.limitOutgoing(transport, bitsPerSecond);
  }

  closeTransport(transport: string): void {
    this.#room.closeTransport(transport);
  }

  produce(transport: string, {rtpParameters, ...options}: ProduceOptions): Promise<{producer: string}> {
    return ask(this.#room.produce(transport, {...options, rtpParameters: rtpParameters as EngineRtp}));
  }

  async pauseProducer(producer: string): Promise<void> {
    await ask(this.#room.pauseProducer(producer));
  }

  async resumeProducer(producer: string): Promise<void> {
    await ask(this.#room.resumeProducer(producer));
  }

  closeProducer(producer: string): void {
    this.#room.closeProducer(producer);
  }

  canConsume(producer: string, capabilities: wire.RtpCapabilities): boolean {
    return this.#room.canConsume(producer, capabilities as EngineCapabilities);
  }

  async consume(transport: string, producer: string, capabilities: wire.RtpCapabilities): Promise<ConsumerInfo> {
    const consumer = await ask(this.#room.consume(transport, producer, capabilities as EngineCapabilities));
    const {id, producerId, kind, type, rtpParameters, producerPaused} = consumer;
    return {
      consumer: id,
      producer: producerId,
      kind,
      type,
      rtpParameters: rtpParameters as wire.RtpParameters,
      producerPaused,
    };
  }

  async pauseConsumer(consumer: string): Promise<void> {
    await ask(this.#room.pauseConsumer(consumer));
  }

  async resumeConsumer(consumer: string): Promise<void> {
    await ask(this.#room.resumeConsumer(consumer));
  }

  async setConsumer(
    consumer: string,
    {preferredLayers, priority}: {preferredLayers?: {spatial: number; temporal?: number}; priority?: number},
  ): Promise<void> {
    const layers = preferredLayers && {
      spatialLayer: preferredLayers.spatial,
      ...(preferredLayers.temporal !== undefined && {temporalLayer: preferredLayers.temporal}),
    };
    await ask(
      this.#room.setConsumer(consumer, {
        ...(layers && {preferredLayers: layers}),
        ...(priority !== undefined && {priority}),
      }),
    );
  }

  closeConsumer(consumer: string): void {
    this.#room.closeConsumer(consumer);
  }

  produceData(transport: string, options: DataOptions): Promise<{dataProducer: string}> {
    return ask(
      this.#room.data.produce(transport, {
        ...options,
        sctpStreamParameters: options.sctpStreamParameters as EngineSctp,
      }),
    );
  }

  closeDataProducer(dataProducer: string): void {
    this.#room.data.closeProducer(dataProducer);
  }

  async consumeData(transport: string, dataProducer: string): Promise<DataConsumerInfo> {
    const {id, sctpStreamParameters} = await ask(this.#room.data.consume(transport, dataProducer));
    if (sctpStreamParameters === undefined) throw new TypeError('a data consumer without SCTP');
    return {dataConsumer: id, sctpStreamParameters: {ordered: true, ...sctpStreamParameters}};
  }

  resumeDataConsumer(dataConsumer: string): Promise<void> {
    return ask(this.#room.data.resume(dataConsumer));
  }

  closeDataConsumer(dataConsumer: string): void {
    this.#room.data.closeConsumer(dataConsumer);
  }

  record(...wish: Parameters<EngineRoom['record']>): Promise<MediaRecording> {
    return ask(this.#begin(...wish));
  }

  followLevels(on: boolean): void {
    this.#room.followLevels(on);
  }

  openPipe(): Promise<{readonly pipe: string; readonly at: PipePoint}> {
    return ask(this.#room.abroad.open());
  }

  connectPipe(pipe: string, far: PipePoint): Promise<void> {
    return ask(this.#room.abroad.connect(pipe, far as EnginePoint));
  }

  closePipe(pipe: string): void {
    this.#room.abroad.close(pipe);
  }

  async send(pipe: string, producer: string): Promise<PipedTrack> {
    const {rtpParameters, ...track} = await ask(this.#room.abroad.send(pipe, producer));
    return {...track, rtpParameters: rtpParameters as wire.RtpParameters};
  }

  take(pipe: string, producer: string, track: PipedTrack & {readonly voice: boolean}): Promise<void> {
    return ask(this.#room.abroad.take(pipe, producer, track as EngineTrack));
  }

  async sendData(pipe: string, dataProducer: string): Promise<PipedData> {
    const {sctpStreamParameters, ...data} = await ask(this.#room.abroad.sendData(pipe, dataProducer));
    return {...data, sctpStreamParameters: {ordered: true, ...sctpStreamParameters}};
  }

  takeData(pipe: string, dataProducer: string, data: PipedData): Promise<void> {
    return ask(this.#room.abroad.takeData(pipe, dataProducer, data as EngineData));
  }

  stopSending(pipe: string, producer: string): void {
    this.#room.abroad.stop(pipe, producer);
  }

  close(): void {
    this.#room.close();
  }
}
