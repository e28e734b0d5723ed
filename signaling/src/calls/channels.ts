import {callData as wire, LimitReached, ParleyError, type ResultOf} from '@parley/protocol';
import {TokenBucket} from '../limits/token-bucket.js';
import type {HubObserver} from '../hub.js';
import type {Clock, MediaRoom, Timer} from '../ports.js';
import type {call} from '@parley/protocol';
import {
  offerOf,
  receiversOf,
  type CallChannel,
  type ChannelEnd,
  type ChannelEnding,
  type ChannelParams,
} from './channel.js';
import type {CallState, Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';

/** Ends that are set up within this time are told to who opened the channel together. */
const tellMs = 250;
const confirmMs = 30_000;

const {burstSeconds: burst} = wire.dataLimits;

export interface ChannelsOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly observer: Pick<HubObserver, 'limitReached'>;
  readonly onDefect: (error: unknown) => void;
}

/** The data channels between peers. */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #channels = new Map<string, CallChannel>();
  readonly #ends = new Map<string, ChannelEnd>();
  readonly #telling = new Map<CallChannel, Timer>();
  readonly #deadlines = new Set<Timer>();
  readonly #budgets = new WeakMap<Peer, Budget>();

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  async open(peer: Peer, params: ChannelParams): Promise<CallChannel> {
    const {state, media} = this.#options;
    const {transport, label, protocol = '', sctpStreamParameters, to} = params;
    if (!peer.rights.includes('data')) throw new ParleyError('forbidden');
    if (peer.standing(transport)?.direction !== 'send') throw new ParleyError('unknown_media');
    const own = this.#of(peer);
    if (own.some((channel) => channel.label === label))
      throw new ParleyError('conflict', {message: `A channel of the label ${label} is open already.`});
    if (own.length >= wire.dataLimits.channels) throw this.#limited('call_channels');
    const {dataProducer: id} = await media.produceData(transport, {label, protocol, sctpStreamParameters});
    if (state.peers.get(peer.session) !== peer || !peer.transports.has(transport)) {
      media.closeDataProducer(id);
      throw new ParleyError('not_in_call');
    }
    const channel = {id, peer, transport, label, protocol, to: to && new Set(to), ends: new Set<ChannelEnd>()};
    const opened: CallChannel = {...channel, told: new Set()};
    this.#channels.set(id, opened);
    return opened;
  }

  /** Gives the peer an end of each channel that is for it and that it lacks; what cannot be had is left out. */
  async offer(peer: Peer): Promise<void> {
    const transport = peer.dataTransport;
    if (transport === undefined || peer.standing(transport) === undefined) return;
    const lacking = [...this.#channels.values()].filter((channel) => isFor(channel, peer) && !hasEnd(channel, peer));
    const made = (await Promise.all(lacking.map((channel) => this.#make(peer, transport, channel)))).flatMap(
      (end) => end ?? [],
    );
    if (made.length === 0) return;
    const {outbox, state} = this.#options;
    outbox.tell(peer, wire.offered, {room: state.room, channels: made.map(offerOf)});
    this.#expect(made);
  }

  /** The client has them: what is sent from now on reaches it. Unknown ones have ended meanwhile. */
  async ready(peer: Peer, ids: readonly string[]): Promise<void> {
    const starting = ids.map(async (id) => {
      const end = this.#ends.get(id);
      if (end?.peer !== peer || end.ready) return;
      end.ready = true;
      await this.#options.media.resumeDataConsumer(id);
      this.#tellSoon(end.channel);
    });
    await Promise.allSettled(starting);
  }

  closeOwn(peer: Peer, id: string): void {
    const channel = this.#channels.get(id);
    if (channel?.peer === peer) this.#drop(channel);
  }

  /** The peer wants no data any more, or may not send it, or its transport is gone. */
  without(peer: Peer, what: 'ends' | 'channels'): void {
    if (what === 'ends') for (const end of this.#endsOf(peer)) this.#dropEnd(end, 'closed');
    else for (const channel of this.#of(peer)) this.#drop(channel, 'forbidden');
  }

  transportGone(transport: string): void {
    for (const channel of [...this.#channels.values()])
      if (channel.transport === transport) this.#drop(channel, 'lost');
    for (const end of [...this.#ends.values()]) if (end.transport === transport) this.#dropEnd(end, 'closed');
  }

  /** The engine closed it by itself. */
  lost(id: string): void {
    const channel = this.#channels.get(id);
    if (channel !== undefined) this.#drop(channel, 'lost');
  }

  endLost(id: string, slow: boolean): void {
    const end = this.#ends.get(id);
    if (end !== undefined) this.#dropEnd(end, slow ? 'slow' : 'closed');
  }

  /** So much came on a channel: a peer that sends more than it may loses all that it opened. */
  came(id: string, messages: number, bytes: number): void {
    const peer = this.#channels.get(id)?.peer;
    if (peer === undefined) return;
    let budget = this.#budgets.get(peer);
    if (budget === undefined) this.#budgets.set(peer, (budget = new Budget()));
    if (budget.take(this.#options.clock.now(), messages, bytes)) return;
    this.#options.observer.limitReached('call_data');
    for (const channel of this.#of(peer)) this.#drop(channel, 'rate_limited');
  }

  /** What `call.sync` says of them. */
  standing(peer: Peer): Pick<ResultOf<typeof call.sync>, 'dataConsumers' | 'dataProducers'> {
    const ends = this.#endsOf(peer);
    this.#expect(ends);
    for (const channel of this.#of(peer)) channel.told = receiversOf(channel);
    return {
      dataConsumers: ends.map((end) => ({...offerOf(end), ready: end.ready})),
      dataProducers: this.#of(peer).map(({id, told}) => ({dataProducer: id, receivers: [...told]})),
    };
  }

  close(): void {
    for (const timer of [...this.#telling.values(), ...this.#deadlines]) timer.cancel();
    for (const held of [this.#telling, this.#deadlines, this.#channels, this.#ends]) held.clear();
  }

  async #make(peer: Peer, transport: string, channel: CallChannel): Promise<ChannelEnd | undefined> {
    const {state, media} = this.#options;
    const made = await media.consumeData(transport, channel.id).catch(() => undefined);
    if (made === undefined) return undefined;
    const {dataConsumer: id, sctpStreamParameters} = made;
    const isWanted = state.peers.get(peer.session) === peer && peer.standing(transport) !== undefined;
    if (!isWanted || this.#channels.get(channel.id) !== channel) {
      media.closeDataConsumer(id);
      return undefined;
    }
    const end = {id, peer, transport, channel, sctpStreamParameters, ready: false};
    this.#ends.set(id, end);
    channel.ends.add(end);
    return end;
  }

  /** From now on the client has `confirmMs` to confirm them. */
  #expect(ends: readonly ChannelEnd[]): void {
    const open = ends.filter(({ready}) => !ready);
    if (open.length === 0) return;
    const deadline = this.#options.clock.after(confirmMs, () => {
      this.#deadlines.delete(deadline);
      this.#post(() => {
        for (const end of open) if (!end.ready) this.#dropEnd(end, 'closed');
      });
    });
    this.#deadlines.add(deadline);
  }

  #drop(channel: CallChannel, reason?: ChannelEnding): void {
    const {media, outbox, state} = this.#options;
    if (!this.#channels.delete(channel.id)) return;
    this.#telling.get(channel)?.cancel();
    this.#telling.delete(channel);
    for (const end of [...channel.ends]) this.#dropEnd(end, 'closed');
    media.closeDataProducer(channel.id);
    if (reason !== undefined)
      outbox.tell(channel.peer, wire.closed, {room: state.room, dataProducer: channel.id, reason});
  }

  #dropEnd(end: ChannelEnd, reason: 'closed' | 'slow'): void {
    const {media, outbox, state} = this.#options;
    if (!this.#ends.delete(end.id)) return;
    end.channel.ends.delete(end);
    media.closeDataConsumer(end.id);
    outbox.tell(end.peer, wire.ended, {room: state.room, dataConsumer: end.id, reason});
    if (end.ready && this.#channels.has(end.channel.id)) this.#tellSoon(end.channel);
  }

  #tellSoon(channel: CallChannel): void {
    if (this.#telling.has(channel)) return;
    const timer = this.#options.clock.after(tellMs, () => {
      this.#telling.delete(channel);
      this.#post(() => {
        this.#tell(channel);
      });
    });
    this.#telling.set(channel, timer);
  }

  #tell(channel: CallChannel): void {
    const {outbox, state} = this.#options;
    const now = receiversOf(channel);
    const added = [...now].filter((session) => !channel.told.has(session));
    const removed = [...channel.told].filter((session) => !now.has(session));
    if (!this.#channels.has(channel.id) || added.length + removed.length === 0) return;
    channel.told = now;
    outbox.tell(channel.peer, wire.receivers, {room: state.room, dataProducer: channel.id, added, removed});
  }

  #of(peer: Peer): readonly CallChannel[] {
    return [...this.#channels.values()].filter((channel) => channel.peer === peer);
  }

  #endsOf(peer: Peer): readonly ChannelEnd[] {
    return [...this.#ends.values()].filter((end) => end.peer === peer);
  }

  #limited(limit: 'call_channels'): LimitReached {
    this.#options.observer.limitReached(limit);
    return new LimitReached(limit);
  }

  #post(task: () => void): void {
    this.#options.mailbox.post(task).catch(this.#options.onDefect);
  }
}

/** What a peer may send yet. */
class Budget {
  readonly #bytes = new TokenBucket(sized(wire.dataLimits.bytesPerSecond));
  readonly #messages = new TokenBucket(sized(wire.dataLimits.messagesPerSecond));

  take(now: number, messages: number, bytes: number): boolean {
    return this.#bytes.take(now, bytes) === 0 && this.#messages.take(now, messages) === 0;
  }
}

const sized = (perSecond: number): {perSecond: number; burst: number} => ({perSecond, burst: perSecond * burst});

const isFor = ({peer, to}: CallChannel, other: Peer): boolean =>
  other !== peer && (to === undefined || to.has(other.session));

const hasEnd = ({ends}: CallChannel, peer: Peer): boolean => [...ends].some((end) => end.peer === peer);
