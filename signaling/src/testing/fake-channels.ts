import type {DataConsumerInfo, DataOptions} from '../ports.js';
import {FakePipes, known} from './fake-pipes.js';

let lastId = 0;

export function fakeId(what: string): string {
  lastId += 1;
  return `${what}-${lastId}`;
}

/** The data channels of a fake room. */
export abstract class FakeChannels extends FakePipes {
  abstract readonly transports: ReadonlyMap<string, unknown>;
  readonly ends = new Map<string, {transport: string; channel: string; paused: boolean}>();

  async produceData(transport: string, options: DataOptions): Promise<{dataProducer: string}> {
    await this.begin('produceData');
    known(this.transports, transport);
    const dataProducer = fakeId('channel');
    this.channels.set(dataProducer, {...options, transport});
    return {dataProducer};
  }

  closeDataProducer(dataProducer: string): void {
    if (this.channels.delete(dataProducer)) this.#loseEndsOf(dataProducer);
  }

  async consumeData(transport: string, dataProducer: string): Promise<DataConsumerInfo> {
    await this.begin('consumeData');
    known(this.transports, transport);
    const {sctpStreamParameters} = known(this.channels, dataProducer);
    const dataConsumer = fakeId('end');
    this.ends.set(dataConsumer, {transport, channel: dataProducer, paused: true});
    return {dataConsumer, sctpStreamParameters: {...sctpStreamParameters, streamId: this.ends.size}};
  }

  async resumeDataConsumer(dataConsumer: string): Promise<void> {
    await this.begin('resumeDataConsumer');
    known(this.ends, dataConsumer).paused = false;
  }

  closeDataConsumer(dataConsumer: string): void {
    this.ends.delete(dataConsumer);
  }

  override loseChannel(dataProducer: string): void {
    this.channels.delete(dataProducer);
    this.say({kind: 'dataProducerClosed', dataProducer});
    this.#loseEndsOf(dataProducer);
  }

  #loseEndsOf(dataProducer: string): void {
    for (const [end, {channel}] of this.ends) if (channel === dataProducer) this.loseEnd(end);
  }

  protected loseEnd(dataConsumer: string): void {
    this.ends.delete(dataConsumer);
    this.say({kind: 'dataConsumerClosed', dataConsumer, slow: false});
  }
}
