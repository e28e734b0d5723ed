import {callData as wire, ParleyError, type call, type ResultOf} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallEvents} from './call.js';
import type {CallData, ChannelOptions, IncomingChannel, OutgoingChannel} from './data.js';
import {DataPace} from './data-pace.js';
import {DataReceiver} from './data-receiver.js';
import {DataSender} from './data-sender.js';
import type {Direction, Transports} from './leg-paths.js';
import {defined} from './media-parameters.js';
import type {CallPort} from './port.js';

type Emit = <Name extends 'channel' | 'problem'>(name: Name, value: CallEvents[Name]) => void;
type Standing = Pick<ResultOf<typeof call.sync>, 'dataConsumers' | 'dataProducers'>;

/** As many as one peer is ever offered at once. */
const mostEarly = 1_000;

/** All data channels of this client in a call; the transports may be replaced under them. */
export class DataChannels implements CallData {
  readonly incoming = new Map<string, IncomingChannel & DataReceiver>();
  readonly #port: CallPort;
  readonly #emit: Emit;
  readonly #pace: DataPace;
  readonly #senders = new Set<DataSender>();
  /** Ends whose close came before, or while, they were set up. */
  readonly #gone = new Set<string>();
  readonly #settingUp = new Set<string>();
  #path: Transports | undefined;
  /** Offers that came before the transport was there that they are for. */
  #early: wire.DataOffer[] = [];

  constructor(port: CallPort, emit: Emit) {
    this.#port = port;
    this.#emit = emit;
    this.#pace = new DataPace(port.clock);
  }

  get outgoing(): ReadonlySet<OutgoingChannel> {
    return this.#senders;
  }

  async open(label: string, options: ChannelOptions = {}): Promise<OutgoingChannel> {
    const sender = new DataSender(label, options, {
      port: this.#port,
      pace: this.#pace,
      onClosed: (closed) => this.#senders.delete(closed),
    });
    this.#senders.add(sender);
    const path = this.#path;
    try {
      if (path) await sender.open(path.send);
    } catch (error) {
      // If the call is rebuilt by now, that is why, and the channel is opened with it.
      if (path?.send === this.#path?.send) {
        sender.end();
        throw error;
      }
    }
    return sender;
  }

  listen(): readonly Unsubscribe[] {
    const {listen, room: mine} = this.#port;
    return [
      listen(wire.offered, ({room, channels}) => {
        if (room === mine) void this.#offered(channels);
      }),
      listen(wire.ended, ({room, dataConsumer, reason}) => {
        if (room === mine) this.#ended(dataConsumer, reason);
      }),
      listen(wire.closed, ({room, dataProducer, reason}) => {
        const sender = this.#sender(dataProducer);
        if (room !== mine) return;
        // With the transport that takes the place of its own it is opened again.
        if (reason === 'lost') sender?.idle();
        else sender?.end(new ParleyError(reason));
      }),
      listen(wire.receivers, ({room, dataProducer, added, removed}) => {
        const sender = this.#sender(dataProducer);
        if (room !== mine || !sender) return;
        const without = [...sender.receivers].filter((one) => !removed.includes(one));
        sender.reaches(new Set([...without, ...added]));
      }),
    ];
  }

  /** There are transports: what is open, or was before, is opened on them. */
  begin(path: Transports): void {
    this.#path = path;
    void this.#offered(this.#early.splice(0));
    this.#openAll(path);
  }

  /** One of the transports is another: what went by it is interrupted, and opened by the new one. */
  replace(path: Transports, direction: Direction): void {
    this.#path = path;
    if (direction === 'receive') {
      for (const id of [...this.incoming.keys()]) this.#ended(id, 'closed');
      void this.#offered(this.#early.splice(0));
      return;
    }
    for (const sender of this.#senders) sender.idle();
    this.#openAll(path);
  }

  #openAll(path: Transports): void {
    for (const sender of this.#senders) {
      sender.open(path.send).catch((error: unknown) => {
        if (this.#path?.send !== path.send) return;
        this.#emit('problem', {message: `The channel ${sender.label} could not be opened again.`, error});
        sender.end(error instanceof ParleyError ? error : undefined);
      });
    }
  }

  /** These transports are gone, or will be. */
  stop(path: Transports | undefined): void {
    if (path?.receive !== this.#path?.receive) return;
    this.#path = undefined;
    for (const sender of this.#senders) sender.idle();
    for (const id of [...this.incoming.keys()]) this.#ended(id, 'closed');
    this.#gone.clear();
    this.#early = [];
  }

  /** After a resume: what the server lists is what there is. */
  sync({dataConsumers, dataProducers}: Standing): void {
    const ends = new Set(dataConsumers.map(({dataConsumer}) => dataConsumer));
    for (const id of [...this.incoming.keys()]) if (!ends.has(id)) this.#ended(id, 'closed');
    for (const sender of [...this.#senders]) {
      const listed = dataProducers.find(({dataProducer}) => dataProducer === sender.id);
      if (listed) sender.reaches(new Set(listed.receivers));
      else if (sender.id !== undefined) sender.end(new ParleyError('unknown_media'));
    }
    void this.#offered(dataConsumers.filter(({ready}) => !ready));
  }

  end(): void {
    for (const sender of [...this.#senders]) sender.end();
    this.stop(this.#path);
  }

  async #offered(all: readonly wire.DataOffer[]): Promise<void> {
    const path = this.#path;
    const offers = all.filter(({transport}) => transport === path?.receive.id);
    this.#early.push(...all.filter((offer) => !offers.includes(offer)));
    this.#early.splice(0, this.#early.length - mostEarly);
    if (!path) return;
    const here = await Promise.all(offers.map((offer) => this.#setUp(path.receive, offer)));
    const dataConsumers = here.flatMap((id) => id ?? []);
    const {room, ask} = this.#port;
    if (dataConsumers.length === 0 || this.#path?.receive !== path.receive) return;
    // Without it the server closes them, or offers them again after a resume.
    await ask(wire.ready, {room, dataConsumers}, {repeatable: true}).catch(() => undefined);
  }

  /** What may be confirmed. */
  async #setUp(transport: Transports['receive'], offer: wire.DataOffer): Promise<string | undefined> {
    const {dataConsumer: id, dataProducer, label, protocol, sctpStreamParameters} = offer;
    if (this.#gone.has(id) || this.#settingUp.has(id)) return undefined;
    if (this.incoming.has(id)) return id;
    this.#settingUp.add(id);
    try {
      const consumer = await transport.consumeData({
        id,
        dataProducerId: dataProducer,
        label,
        protocol,
        sctpStreamParameters: defined(sctpStreamParameters),
      });
      if (this.#gone.has(id) || this.#path?.receive !== transport) {
        consumer.close();
        return undefined;
      }
      const receiver = new DataReceiver(offer, consumer);
      this.incoming.set(id, receiver);
      this.#emit('channel', receiver);
      await receiver.opened();
      return this.incoming.has(id) ? id : undefined;
    } catch (error) {
      if (!transport.closed) this.#emit('problem', {message: `The channel ${label} cannot be received.`, error});
      return undefined;
    } finally {
      this.#settingUp.delete(id);
      this.#gone.delete(id);
    }
  }

  #ended(id: string, reason: 'closed' | 'slow'): void {
    const receiver = this.incoming.get(id);
    this.incoming.delete(id);
    receiver?.close(reason);
    if (this.#settingUp.has(id)) this.#gone.add(id);
  }

  #sender(id: string): DataSender | undefined {
    return [...this.#senders].find((sender) => sender.id === id);
  }
}
