import type {DataConsumer, DataProducer, SctpStreamParameters} from 'mediasoup/types';
import {ask, type Alive} from './asking.js';
import {MediaError} from './errors.js';
import {Living} from './living.js';
import {isReliable} from './pipe-link.js';
import type {Pipes, Source} from './pipes.js';
import type {Path} from './paths.js';
import type {RoomEvent} from './room-events.js';
import type {Section} from './section.js';

export interface DataOptions {
  readonly label: string;
  readonly protocol: string;
  readonly sctpStreamParameters: SctpStreamParameters;
}

export interface ChannelsOptions {
  readonly room: Alive;
  readonly pipes: Pipes;
  /** Throws if there is no transport of this id. */
  readonly path: (transport: string) => Path;
  readonly report: (event: RoomEvent, section: Section) => void;
}

interface Channel extends Source<DataProducer> {
  /** When it was measured last; undefined where it comes from another host, which measures it. */
  sent: {readonly messages: number; readonly bytes: number} | undefined;
}

interface End {
  readonly consumer: DataConsumer;
  readonly section: Section;
}

/** The data channels of a room, on whichever worker. */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #channels = new Living<Channel>('data producer');
  readonly #ends = new Living<End>('data consumer');

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  async produce(transport: string, options: DataOptions): Promise<{dataProducer: string}> {
    const {room, path} = this.#options;
    const {section, transport: found} = path(transport);
    const producer = await ask(() => found.inner.produceData(options), room, section);
    this.#keepChannel({producer, section, sent: {messages: 0, bytes: 0}});
    return {dataProducer: producer.id};
  }

  /** A channel that comes from another host. */
  keepPiped(producer: DataProducer, section: Section): void {
    this.#keepChannel({producer, section, sent: undefined});
  }

  /** @throws MediaError `unknown` */
  source(dataProducer: string): Source<DataProducer> {
    return this.#channels.get(dataProducer);
  }

  /** Paused at first: what comes meanwhile is not for it. */
  async consume(transport: string, dataProducerId: string): Promise<DataConsumer> {
    const {room, pipes, path} = this.#options;
    const {section, transport: found} = path(transport);
    const channel = this.#channels.get(dataProducerId);
    const held = await ask(() => pipes.holdData(channel, section), room, section, channel.section);
    try {
      const consumer = await ask(() => found.inner.consumeData({dataProducerId, paused: true}), room, section);
      if (consumer.closed) throw new MediaError('unknown', 'Its channel was closed meanwhile.');
      consumer.observer.once('close', held.release);
      this.#keep(consumer, section);
      return consumer;
    } catch (thrown) {
      held.release();
      throw thrown;
    }
  }

  async resume(id: string): Promise<void> {
    const {consumer, section} = this.#ends.get(id);
    await ask(() => consumer.resume(), this.#options.room, section);
  }

  closeProducer(id: string): void {
    this.#channels.take(id)?.producer.close();
  }

  closeConsumer(id: string): void {
    this.#ends.take(id)?.consumer.close();
  }

  /** Tells what came since it was measured last, of each channel on which something did. */
  async measure(): Promise<void> {
    await Promise.allSettled(this.#channels.all.map((channel) => this.#measure(channel)));
  }

  clear(): void {
    this.#channels.clear();
    this.#ends.clear();
  }

  #keepChannel(channel: Channel): void {
    const {producer, section} = channel;
    this.#channels.keep(producer, channel, () => {
      this.#options.report({kind: 'dataProducerClosed', dataProducer: producer.id}, section);
    });
  }

  #keep(consumer: DataConsumer, section: Section): void {
    const {id, sctpStreamParameters} = consumer;
    const ended = (slow: boolean): void => {
      this.#options.report({kind: 'dataConsumerClosed', dataConsumer: id, slow}, section);
    };
    this.#ends.keep(consumer, {consumer, section}, () => {
      ended(false);
    });
    consumer.on('sctpsendbufferfull', () => {
      // What is lossy may be lost; of what is not, nobody may believe to have it all.
      if (!isReliable(sctpStreamParameters) || this.#ends.take(id) === undefined) return;
      ended(true);
      consumer.close();
    });
  }

  async #measure(channel: Channel): Promise<void> {
    const {sent: before} = channel;
    if (before === undefined) return;
    const {id} = channel.producer;
    const [stats] = await channel.producer.getStats();
    if (stats === undefined || !this.#channels.has(id)) return;
    const sent = {messages: stats.messagesReceived, bytes: stats.bytesReceived};
    const messages = sent.messages - before.messages;
    const bytes = sent.bytes - before.bytes;
    channel.sent = sent;
    if (messages > 0) this.#options.report({kind: 'data', dataProducer: id, messages, bytes}, channel.section);
  }
}
