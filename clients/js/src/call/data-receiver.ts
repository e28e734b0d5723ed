import type {callData as wire} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import {Emitter, type Unsubscribe} from '../emitter.js';
import {channelOpened} from './channel-opened.js';
import type {IncomingChannel, IncomingChannelEvents} from './data.js';

/** This client's end of another's data channel. */
export class DataReceiver implements IncomingChannel {
  readonly peer: string;
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | undefined;
  readonly maxRetransmits: number | undefined;
  readonly #events = new Emitter<IncomingChannelEvents>();
  readonly #consumer: types.DataConsumer;

  constructor(offer: wire.DataOffer, consumer: types.DataConsumer) {
    const {peer, label, protocol, sctpStreamParameters} = offer;
    this.peer = peer;
    this.label = label;
    this.protocol = protocol;
    this.ordered = sctpStreamParameters.ordered;
    this.maxPacketLifeTime = sctpStreamParameters.maxPacketLifeTime;
    this.maxRetransmits = sctpStreamParameters.maxRetransmits;
    this.#consumer = consumer;
    consumer.binaryType = 'arraybuffer';
    consumer.on('message', (data: string | ArrayBuffer) => {
      this.#events.emit('message', {data});
    });
  }

  on<Name extends keyof IncomingChannelEvents>(
    name: Name,
    handler: (value: IncomingChannelEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(name, handler);
  }

  /** Resolves when messages can come, or never will: what was sent before would be lost. */
  opened(): Promise<void> {
    return channelOpened(this.#consumer);
  }

  close(reason: IncomingChannelEvents['close']['reason']): void {
    this.#consumer.close();
    this.#events.emit('close', {reason});
  }
}
