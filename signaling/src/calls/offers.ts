import {call as wire} from '@parley/protocol';
import type {Clock, MediaRoom, Timer} from '../ports.js';
import {largeCall, type CallConsumer, type CallState, type Peer} from './call-state.js';
import {consumerOffer} from './consumer-offer.js';
import type {Channels} from './channels.js';
import type {Consumers} from './consumers.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';

/** What is wanted within this time is offered together: a browser sets up a batch as fast as a single one. */
const windowMs = 30;
/** Keeps an event well below what a connection takes in one frame: an offer is about 2 KB. */
const offersPerEvent = 50;
/** A consumer that nobody confirms costs bandwidth estimation and memory. */
const confirmMs = 30_000;

export interface OffersOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly outbox: Outbox;
  readonly consumers: Consumers;
  readonly channels: Channels;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

/** Offers peers what they want and do not have. */
export class Offers {
  readonly #options: OffersOptions;
  readonly #windows = new Map<Peer, Timer>();
  readonly #deadlines = new Set<Timer>();
  #closed = false;

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /** Looks soon what the peer lacks. A peer that nobody reaches is offered it when it is back. */
  look(peer: Peer): void {
    if (this.#closed || !peer.present || peer.wanted.kind === 'none' || this.#windows.has(peer)) return;
    const timer = this.#options.clock.after(windowMs, () => {
      this.#windows.delete(peer);
      this.#post(async () => {
        await this.#offer(peer);
        await this.#options.channels.offer(peer);
      });
    });
    this.#windows.set(peer, timer);
  }

  lookForAll(): void {
    for (const peer of this.#options.state.peers.values()) this.look(peer);
  }

  forget(peer: Peer): void {
    this.#windows.get(peer)?.cancel();
    this.#windows.delete(peer);
  }

  /** From now on the client has `confirmMs` to confirm them. */
  expect(consumers: readonly CallConsumer[]): void {
    const open = consumers.filter(({ready}) => !ready);
    if (this.#closed || open.length === 0) return;
    const {clock} = this.#options;
    const confirmBy = clock.now() + confirmMs;
    for (const consumer of open) consumer.confirmBy = confirmBy;
    const deadline = clock.after(confirmMs, () => {
      this.#deadlines.delete(deadline);
      this.#post(() => {
        // But for those that were offered again meanwhile: they have a later deadline.
        this.#options.consumers.drop(open.filter((one) => !one.ready && one.confirmBy <= confirmBy));
      });
    });
    this.#deadlines.add(deadline);
  }

  close(): void {
    this.#closed = true;
    for (const timer of [...this.#windows.values(), ...this.#deadlines]) timer.cancel();
    this.#windows.clear();
    this.#deadlines.clear();
  }

  async #offer(peer: Peer): Promise<void> {
    const {state, media, outbox, consumers} = this.#options;
    if (state.peers.get(peer.session) !== peer || peer.wanted.kind === 'none') return;
    const {transport} = peer.wanted;
    if (peer.standing(transport) === undefined) return;
    // A track costs its receiver memory and a part of every offer. Where few are, nobody's first word should wait for it.
    const skipPaused = peer.wanted.kind === 'all' && state.peers.size > largeCall;
    const lacking = [...state.carried].flatMap(([carriedAs, producer]) => {
      if (!peer.wants(producer) || peer.consumes(producer) || (skipPaused && producer.paused)) return [];
      if (media.canConsume(carriedAs, peer.capabilities)) return [producer];
      // It went on as something that this peer cannot receive.
      const held = peer.consumerOf(producer);
      if (held !== undefined) consumers.drop([held]);
      return [];
    });
    if (lacking.length === 0) return;
    const made = await consumers.make(peer, transport, lacking);
    for (let from = 0; from < made.length; from += offersPerEvent) {
      const batch = made.slice(from, from + offersPerEvent);
      outbox.tell(peer, wire.consumersOffered, {room: state.room, consumers: batch.map(consumerOffer)});
    }
    this.expect(made);
  }

  #post(task: () => void | Promise<void>): void {
    this.#options.mailbox.post(task).catch(this.#options.onDefect);
  }
}
