import type {Consumer, DataProducer, PipeTransport, Producer, SctpStreamParameters} from 'mediasoup/types';
import {largestMessage} from './data-limits.js';
import {isGone} from './errors.js';
import type {Section} from './section.js';

/** Media of a room goes from worker to worker over this host's own network, where nobody listens and nothing gets lost. */
const options = {
  listenInfo: {protocol: 'udp', ip: '127.0.0.1'},
  enableRtx: false,
  enableSrtp: false,
  enableSctp: true,
  maxSendMessageSize: largestMessage,
  maxReceiveMessageSize: largestMessage,
} as const;

/** Of tracks or of data. */
export interface Closable {
  readonly id: string;
  readonly closed: boolean;
  close(): void;
  readonly observer: {once(event: 'close', listener: () => void): unknown};
}

/** Two transports, one in each of two sections of a room, and what they carry from the one to the other, both ways. */
export class PipeLink {
  readonly #ends: ReadonlyMap<Section, PipeTransport>;

  static async open(one: Section, other: Section): Promise<PipeLink> {
    const made = await Promise.allSettled([one, other].map(({router}) => router.createPipeTransport(options)));
    const ends = made.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    try {
      for (const outcome of made) if (outcome.status === 'rejected') throw outcome.reason;
      const [first, second] = ends as [PipeTransport, PipeTransport];
      await Promise.all([connect(first, second), connect(second, first)]);
      return new PipeLink(
        new Map([
          [one, first],
          [other, second],
        ]),
      );
    } catch (thrown) {
      // The other end may have been made.
      for (const end of ends) end.close();
      throw thrown;
    }
  }

  private constructor(ends: ReadonlyMap<Section, PipeTransport>) {
    this.#ends = ends;
  }

  get closed(): boolean {
    return [...this.#ends.values()].some(({closed}) => closed);
  }

  /**
   * Takes a producer over, under its id and with all its layers, paused as it is; it goes on following that until it is
   * closed. One of the same id that was closed there before is gone: a worker does one thing after another.
   */
  async carry(source: Producer, from: Section, to: Section): Promise<Producer> {
    const consumer = await this.#end(from).consume({producerId: source.id});
    const {kind, rtpParameters, producerPaused: paused} = consumer;
    const producer = await fed(consumer, this.#end(to).produce({id: source.id, kind, rtpParameters, paused}));
    followPauses(consumer, producer);
    return producer;
  }

  /** Takes a data channel over, likewise. */
  async carryData(source: DataProducer, from: Section, to: Section): Promise<DataProducer> {
    const consumer = await this.#end(from).consumeData({dataProducerId: source.id});
    const {sctpStreamParameters, label, protocol} = consumer;
    if (sctpStreamParameters === undefined) throw new Error('a pipe carries data by SCTP only');
    const carrying = this.#end(to).produceData({id: source.id, sctpStreamParameters, label, protocol});
    consumer.on('sctpsendbufferfull', () => {
      if (isReliable(sctpStreamParameters)) consumer.close();
    });
    return fed(consumer, carrying);
  }

  close(): void {
    for (const end of this.#ends.values()) end.close();
  }

  #end(section: Section): PipeTransport {
    const end = this.#ends.get(section);
    if (end === undefined) throw new Error('the link does not lead there');
    return end;
  }
}

function connect(end: PipeTransport, {tuple}: PipeTransport): Promise<void> {
  return end.connect({ip: tuple.localAddress, port: tuple.localPort});
}

/** Whether nothing of a channel may be lost. */
export const isReliable = ({maxPacketLifeTime, maxRetransmits}: Partial<SctpStreamParameters> = {}): boolean =>
  maxPacketLifeTime === undefined && maxRetransmits === undefined;

/** The far producer, which ends with what feeds it, and that with it. */
async function fed<P extends Closable>(consumer: Closable, making: Promise<P>): Promise<P> {
  let producer: P;
  try {
    producer = await making;
  } catch (thrown) {
    consumer.close();
    throw thrown;
  }
  consumer.observer.once('close', () => {
    producer.close();
  });
  producer.observer.once('close', () => {
    consumer.close();
  });
  if (consumer.closed) producer.close();
  return producer;
}

/** The far producer pauses and goes on as the near one does. */
function followPauses(consumer: Consumer, producer: Producer): void {
  let paused = producer.paused;
  const sync = (): void => {
    if (producer.closed || consumer.producerPaused === paused) return;
    paused = consumer.producerPaused;
    (paused ? producer.pause() : producer.resume()).catch((thrown: unknown) => {
      if (!isGone(thrown)) producer.close();
    });
  };
  consumer.on('producerpause', sync);
  consumer.on('producerresume', sync);
  sync();
}
