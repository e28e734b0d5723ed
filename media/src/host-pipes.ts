import type {
  DataProducer,
  MediaKind,
  PipeTransport,
  Producer,
  RtpParameters,
  SctpStreamParameters,
  SrtpParameters,
} from 'mediasoup/types';
import {ask, type Alive} from './asking.js';
import type {Channels} from './channels.js';
import {largestMessage} from './data-limits.js';
import {MediaError} from './errors.js';
import type {MediaObserver} from './observer.js';
import type {PipeAddress} from './pipe-address.js';
import {isReliable} from './pipe-link.js';
import type {Pipes, Source} from './pipes.js';
import {keyFrameRequestDelay} from './produce-options.js';
import type {RoomEvent} from './room-events.js';
import type {Section} from './section.js';
import type {Tally} from './tally.js';

/** Where one end of a pipe listens, and how it encrypts what it sends. */
export interface PipePoint {
  readonly address: string;
  readonly port: number;
  readonly srtp: SrtpParameters;
}

/** A track on its way to another host. */
export interface PipedTrack {
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  readonly paused: boolean;
}

export interface PipedData {
  readonly label: string;
  readonly protocol: string;
  readonly sctpStreamParameters: SctpStreamParameters;
}

export interface HostPipesOptions {
  readonly room: Alive;
  readonly pipes: Pipes;
  readonly data: Channels;
  readonly address: PipeAddress | undefined;
  /** The section in which pipes to other hosts end. */
  readonly at: () => Section | undefined;
  /** Throws if there is no such producer. */
  readonly source: (producer: string) => Source;
  /** A track that comes from another host is as good as one of a peer here. */
  readonly keep: (source: Source, voice: boolean) => void;
  readonly report: (event: RoomEvent) => void;
}

interface Sending {
  close(): void;
}

interface End {
  readonly transport: PipeTransport;
  readonly section: Section;
  readonly sending: Map<string, Sending>;
  passed: {readonly receivedBytes: number; readonly sentBytes: number};
}

/**
 * The ends, on this host, of a room's pipes to other hosts: encrypted, and with what is lost on the way sent again.
 *
 * Who holds the other ends is not known here: whoever has both tells each where the other is, and what to carry.
 */
export class HostPipes {
  readonly #options: HostPipesOptions;
  readonly #ends = new Map<string, End>();

  constructor(options: HostPipesOptions) {
    this.#options = options;
  }

  /** @throws MediaError `refused` where this host has no address for pipes */
  async open(): Promise<{readonly pipe: string; readonly at: PipePoint}> {
    const {room, address, at, report} = this.#options;
    const section = at();
    if (address === undefined) throw new MediaError('refused', 'This host has no address for pipes.');
    if (section === undefined) throw new MediaError('unknown', 'The room was closed.');
    const transport = await ask(
      () =>
        section.router.createPipeTransport({
          listenInfo: {
            protocol: 'udp',
            ip: address.listenIp,
            ...(address.announced !== address.listenIp && {announcedAddress: address.announced}),
            ...(address.ports && {portRange: address.ports}),
          },
          enableRtx: true,
          enableSrtp: true,
          enableSctp: true,
          maxSendMessageSize: largestMessage,
          maxReceiveMessageSize: largestMessage,
        }),
      room,
      section,
    );
    const {id: pipe, srtpParameters: srtp, tuple} = transport;
    if (srtp === undefined) throw new TypeError('a pipe without SRTP');
    this.#ends.set(pipe, {transport, section, sending: new Map(), passed: {receivedBytes: 0, sentBytes: 0}});
    transport.observer.once('close', () => {
      if (this.#ends.delete(pipe)) report({kind: 'pipeClosed', pipe});
    });
    return {pipe, at: {address: address.announced, port: tuple.localPort, srtp}};
  }

  /** Once. Until then it carries nothing. */
  async connect(pipe: string, {address: ip, port, srtp: srtpParameters}: PipePoint): Promise<void> {
    const {transport, section} = this.#get(pipe);
    await ask(() => transport.connect({ip, port, srtpParameters}), this.#options.room, section);
  }

  /** Its end on another host is to be closed too. */
  close(pipe: string): void {
    const end = this.#ends.get(pipe);
    this.#ends.delete(pipe);
    end?.transport.close();
  }

  /** Sends a producer over, with all its layers, until `stop` or its end, which is reported by itself. */
  async send(pipe: string, producer: string): Promise<PipedTrack> {
    const {room, pipes, source} = this.#options;
    const end = this.#get(pipe);
    const found = source(producer);
    const held = await ask(() => pipes.hold(found, end.section), room, end.section, found.section);
    try {
      const consumer = await ask(() => end.transport.consume({producerId: producer}), room, end.section);
      consumer.observer.once('close', held.release);
      this.#sends(end, producer, consumer);
      const {kind, rtpParameters, producerPaused: paused} = consumer;
      return {kind, rtpParameters, paused};
    } catch (thrown) {
      held.release();
      throw thrown;
    }
  }

  /** Gives what is sent from the other end to the peers here, under the producer's own id, until that is closed here. */
  async take(pipe: string, id: string, {voice, ...track}: PipedTrack & {readonly voice: boolean}): Promise<void> {
    const {transport, section} = this.#get(pipe);
    const options = {...track, id, keyFrameRequestDelay};
    const producer: Producer = await ask(() => transport.produce(options), this.#options.room, section);
    this.#options.keep({producer, section}, voice);
  }

  /** A data channel, likewise. One that is reliable and takes too little stops, reported as `pipeStopped`. */
  async sendData(pipe: string, dataProducer: string): Promise<PipedData> {
    const {room, pipes, data, report} = this.#options;
    const end = this.#get(pipe);
    const found = data.source(dataProducer);
    const held = await ask(() => pipes.holdData(found, end.section), room, end.section, found.section);
    try {
      const consumer = await ask(() => end.transport.consumeData({dataProducerId: dataProducer}), room, end.section);
      consumer.observer.once('close', held.release);
      this.#sends(end, dataProducer, consumer);
      const {sctpStreamParameters, label, protocol} = consumer;
      if (sctpStreamParameters === undefined) throw new TypeError('a pipe carries data by SCTP only');
      consumer.on('sctpsendbufferfull', () => {
        if (!isReliable(sctpStreamParameters) || consumer.closed) return;
        consumer.close();
        report({kind: 'pipeStopped', pipe, producer: dataProducer});
      });
      return {sctpStreamParameters, label, protocol};
    } catch (thrown) {
      held.release();
      throw thrown;
    }
  }

  async takeData(pipe: string, id: string, data: PipedData): Promise<void> {
    const {transport, section} = this.#get(pipe);
    const options = {...data, id};
    const producer: DataProducer = await ask(() => transport.produceData(options), this.#options.room, section);
    this.#options.data.keepPiped(producer, section);
  }

  /** Of a track or of data. */
  stop(pipe: string, producer: string): void {
    this.#ends.get(pipe)?.sending.get(producer)?.close();
  }

  /** Reports what each carried since it was measured last. */
  async measure(observer?: MediaObserver): Promise<void> {
    const measuring = [...this.#ends].map(async ([pipe, end]) => {
      const [stats] = await end.transport.getStats();
      if (stats === undefined || !this.#ends.has(pipe)) return;
      const passed = {receivedBytes: stats.bytesReceived, sentBytes: stats.bytesSent};
      const receivedBytes = passed.receivedBytes - end.passed.receivedBytes;
      const sentBytes = passed.sentBytes - end.passed.sentBytes;
      end.passed = passed;
      observer?.piped({receivedBytes, sentBytes});
      this.#options.report({kind: 'pipe', pipe, receivedBytes, sentBytes});
    });
    await Promise.allSettled(measuring);
  }

  count(tally: Tally): void {
    for (const {transport} of this.#ends.values())
      tally.hostPipe(transport.tuple.remotePort === undefined ? 'new' : 'connected');
  }

  clear(): void {
    this.#ends.clear();
  }

  /** @throws MediaError `unknown` */
  #get(pipe: string): End {
    const end = this.#ends.get(pipe);
    if (end === undefined) throw new MediaError('unknown', `There is no pipe ${pipe}.`);
    return end;
  }

  #sends(
    end: End,
    producer: string,
    consumer: Sending & {readonly observer: {once(event: 'close', listener: () => void): unknown}},
  ): void {
    end.sending.get(producer)?.close();
    end.sending.set(producer, consumer);
    consumer.observer.once('close', () => {
      if (end.sending.get(producer) === consumer) end.sending.delete(producer);
    });
  }
}
