import {callData as wire, ParleyError} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import {Emitter, type Unsubscribe} from '../emitter.js';
import {channelOpened} from './channel-opened.js';
import type {ChannelMessage, ChannelOptions, OutgoingChannel, OutgoingChannelEvents} from './data.js';
import type {DataPace} from './data-pace.js';
import type {CallPort} from './port.js';

/** More than this browsers do not like to hold; 4 MiB are 8 s of what may be sent. */
const mostBuffered = 4_194_304;

/** Travels with a channel to the request that announces it. */
export interface ChannelData extends types.AppData {
  readonly id: string;
  readonly to: readonly string[] | undefined;
  readonly known: (dataProducer: string) => void;
}

type Line =
  | {readonly at: 'idle'}
  | {readonly at: 'live'; readonly producer: types.DataProducer<ChannelData>}
  | {readonly at: 'closed'};

export interface DataSenderOptions {
  readonly port: CallPort;
  readonly pace: DataPace;
  readonly onClosed: (sender: DataSender) => void;
}

/** One's own data channel. It outlives the transport: when the call is rebuilt, it is opened again as it was. */
export class DataSender implements OutgoingChannel {
  readonly label: string;
  readonly protocol: string;
  readonly #how: ChannelOptions;
  readonly #options: DataSenderOptions;
  readonly #events = new Emitter<OutgoingChannelEvents>();
  readonly #encoder = new TextEncoder();
  #line: Line = {at: 'idle'};
  #id: string | undefined;
  #lowThreshold = 0;
  #receivers: ReadonlySet<string> = new Set();

  constructor(label: string, how: ChannelOptions, options: DataSenderOptions) {
    this.label = label;
    this.protocol = how.protocol ?? '';
    this.#how = how;
    this.#options = options;
  }

  on<Name extends keyof OutgoingChannelEvents>(
    name: Name,
    handler: (value: OutgoingChannelEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(name, handler);
  }

  /** What the engine calls it at present. */
  get id(): string | undefined {
    return this.#id;
  }

  get readyState(): OutgoingChannel['readyState'] {
    if (this.#line.at === 'closed') return 'closed';
    return this.#line.at === 'live' && this.#line.producer.readyState === 'open' ? 'open' : 'connecting';
  }

  get bufferedAmount(): number {
    return this.#line.at === 'live' ? this.#line.producer.bufferedAmount : 0;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#lowThreshold = bytes;
    if (this.#line.at === 'live') this.#line.producer.bufferedAmountLowThreshold = bytes;
  }

  get receivers(): ReadonlySet<string> {
    return this.#receivers;
  }

  send(message: ChannelMessage): void {
    const line = this.#line;
    if (line.at !== 'live' || line.producer.readyState !== 'open') {
      throw new ParleyError('unavailable', {message: `The channel ${this.label} is not open.`});
    }
    const bytes = typeof message === 'string' ? this.#encoder.encode(message).length : message.byteLength;
    if (bytes > wire.dataLimits.messageBytes) {
      throw new ParleyError('too_large', {message: `A message has at most ${wire.dataLimits.messageBytes} bytes.`});
    }
    if (line.producer.bufferedAmount + bytes > mostBuffered) throw new ParleyError('overloaded');
    this.#options.pace.take(bytes);
    line.producer.send(message);
  }

  async close(): Promise<void> {
    const dataProducer = this.#id;
    if (this.end() && dataProducer !== undefined) await this.#tellClosed(dataProducer);
  }

  /** Opens it on a transport; rejects with the reason why that was refused. */
  async open(transport: types.Transport): Promise<void> {
    if (this.#line.at !== 'idle') return;
    const {ordered, maxPacketLifeTime, maxRetransmits, to} = this.#how;
    const isLossy = maxPacketLifeTime !== undefined || maxRetransmits !== undefined;
    const known = (id: string): void => {
      this.#id = id;
    };
    const producer = await transport.produceData<ChannelData>({
      label: this.label,
      protocol: this.protocol,
      ordered: ordered ?? !isLossy,
      ...(maxPacketLifeTime !== undefined && {maxPacketLifeTime}),
      ...(maxRetransmits !== undefined && {maxRetransmits}),
      appData: {id: this.#options.port.newId(), to, known},
    });
    // Closed while the server was asked.
    if (this.readyState === 'closed') {
      producer.close();
      await this.#tellClosed(producer.id);
      return;
    }
    this.#line = {at: 'live', producer};
    producer.bufferedAmountLowThreshold = this.#lowThreshold;
    producer.on('bufferedamountlow', () => {
      this.#events.emit('bufferedamountlow', undefined);
    });
    await channelOpened(producer);
    if (this.readyState === 'open') this.#events.emit('open', undefined);
  }

  /** The transport is gone; `open` may follow. */
  idle(): void {
    if (this.#line.at !== 'live') return;
    const unsentBytes = this.bufferedAmount;
    this.#line.producer.close();
    this.#line = {at: 'idle'};
    this.#id = undefined;
    this.reaches(new Set());
    this.#events.emit('interrupted', {unsentBytes});
  }

  reaches(receivers: ReadonlySet<string>): void {
    if (receivers.size === this.#receivers.size && [...receivers].every((one) => this.#receivers.has(one))) return;
    this.#receivers = receivers;
    this.#events.emit('receivers', {receivers});
  }

  /** Ends it without telling the server, because it knows or the call is over. False if it had ended before. */
  end(error?: ParleyError): boolean {
    const line = this.#line;
    if (line.at === 'closed') return false;
    this.#line = {at: 'closed'};
    if (line.at === 'live') line.producer.close();
    this.#id = undefined;
    this.reaches(new Set());
    this.#options.onClosed(this);
    this.#events.emit('close', {error});
    return true;
  }

  async #tellClosed(dataProducer: string): Promise<void> {
    const {room, ask} = this.#options.port;
    await ask(wire.close, {room, dataProducer}, {repeatable: true});
  }
}
