import type {DataConsumer, DataProducer, SctpStreamParameters, WebRtcTransport} from 'mediasoup/types';
import {MediaError} from './errors.js';
import type {RoomEvent} from './room-events.js';

/** Larger messages are dropped by the worker. */
export const largestMessage = 65_536;

export interface DataOptions {
  readonly label: string;
  readonly protocol: string;
  readonly sctpStreamParameters: SctpStreamParameters;
}

export interface ChannelsOptions {
  /** Throws if there is none of this id. */
  readonly transport: (id: string) => WebRtcTransport;
  /** Asks the engine, and translates what it rejects with. */
  readonly ask: <T>(request: () => Promise<T>) => Promise<T>;
  readonly tell: (event: RoomEvent) => void;
}

interface Sent {
  readonly messages: number;
  readonly bytes: number;
}

/** The data channels of a room: what is taken out before it is closed was closed by the caller, and is not reported. */
export class Channels {
  readonly #producers = new Map<string, {readonly producer: DataProducer; sent: Sent}>();
  readonly #consumers = new Map<string, DataConsumer>();
  readonly #options: ChannelsOptions;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#producers.size + this.#consumers.size;
  }

  async produce(transport: string, options: DataOptions): Promise<{dataProducer: string}> {
    const {transport: find, ask, tell} = this.#options;
    const inner = find(transport);
    const producer = await ask(() => inner.produceData(options));
    const {id} = producer;
    this.#producers.set(id, {producer, sent: {messages: 0, bytes: 0}});
    producer.observer.once('close', () => {
      if (this.#producers.delete(id)) tell({kind: 'dataProducerClosed', dataProducer: id});
    });
    return {dataProducer: id};
  }

  /** Paused at first: what comes meanwhile is not for it. */
  async consume(transport: string, dataProducerId: string): Promise<DataConsumer> {
    const {transport: find, ask, tell} = this.#options;
    const inner = find(transport);
    if (!this.#producers.has(dataProducerId)) throw missing('data producer', dataProducerId);
    const consumer = await ask(() => inner.consumeData({dataProducerId, paused: true}));
    const {id} = consumer;
    this.#consumers.set(id, consumer);
    const gone = (slow: boolean): void => {
      if (this.#consumers.delete(id)) tell({kind: 'dataConsumerClosed', dataConsumer: id, slow});
    };
    consumer.observer.once('close', () => {
      gone(false);
    });
    consumer.on('sctpsendbufferfull', () => {
      // What is lossy may be lost; of what is not, nobody may believe to have it all.
      if (!isReliable(consumer.sctpStreamParameters)) return;
      gone(true);
      consumer.close();
    });
    return consumer;
  }

  async resume(id: string): Promise<void> {
    const found = this.#consumers.get(id);
    if (found === undefined) throw missing('data consumer', id);
    await this.#options.ask(() => found.resume());
  }

  closeProducer(id: string): void {
    const found = this.#producers.get(id);
    this.#producers.delete(id);
    found?.producer.close();
  }

  closeConsumer(id: string): void {
    const found = this.#consumers.get(id);
    this.#consumers.delete(id);
    found?.close();
  }

  /** Tells what came since it was measured last, of each channel on which something did. */
  async measure(): Promise<void> {
    await Promise.allSettled([...this.#producers.keys()].map((id) => this.#measure(id)));
  }

  clear(): void {
    this.#producers.clear();
    this.#consumers.clear();
  }

  async #measure(id: string): Promise<void> {
    const entry = this.#producers.get(id);
    const [stats] = (await entry?.producer.getStats()) ?? [];
    if (entry === undefined || stats === undefined || !this.#producers.has(id)) return;
    const sent = {messages: stats.messagesReceived, bytes: stats.bytesReceived};
    const messages = sent.messages - entry.sent.messages;
    const bytes = sent.bytes - entry.sent.bytes;
    entry.sent = sent;
    if (messages > 0) this.#options.tell({kind: 'data', dataProducer: id, messages, bytes});
  }
}

const missing = (what: string, id: string): MediaError => new MediaError('unknown', `There is no ${what} ${id}.`);

const isReliable = ({maxPacketLifeTime, maxRetransmits}: Partial<SctpStreamParameters> = {}): boolean =>
  maxPacketLifeTime === undefined && maxRetransmits === undefined;
