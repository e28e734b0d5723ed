import {call as definitions} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import type {CallEvents} from './call.js';
import {receivedParameters} from './media-parameters.js';
import type {CallPort} from './port.js';
import type {Roster} from './roster.js';
import type {Views} from './views.js';

type Offer = definitions.ConsumerOffer;

/** Consumers that were closed before they were set up. An id comes once, so the oldest can be forgotten. */
const mostTombstones = 1_000;
/** More is never offered at once; those that wait for a transport that is no more need not be kept for ever. */
const mostEarly = 1_000;

/** `setting up` until the browser has it. */
type Known =
  | {readonly state: 'setting up'; readonly producer: string; withheld: boolean}
  | {readonly state: 'ready'; readonly consumer: types.Consumer};

/** Receives what the others publish: sets up what is offered, all of a batch at once, and confirms it. */
export class Subscriber {
  readonly #port: CallPort;
  readonly #roster: Roster;
  readonly #views: Views;
  readonly #problem: (problem: CallEvents['problem']) => void;
  readonly #consumers = new Map<string, Known>();
  readonly #tombstones = new Set<string>();
  #transport: types.Transport | undefined;
  /** Offers that came before the transport was there that they are for. */
  #early: Offer[] = [];

  constructor(
    port: CallPort,
    {roster, views}: {readonly roster: Roster; readonly views: Views},
    problem: (problem: CallEvents['problem']) => void,
  ) {
    this.#port = port;
    this.#roster = roster;
    this.#views = views;
    this.#problem = problem;
  }

  /** What is received comes by this one from now on: each as it is offered anew. Whether there is anything. */
  begin(transport: types.Transport): boolean {
    this.#transport = transport;
    void this.offered(this.#early.splice(0));
    return this.#consumers.size > 0;
  }

  async offered(all: readonly Offer[]): Promise<void> {
    const transport = this.#transport;
    const offers = all.filter((offer) => offer.transport === transport?.id);
    // For one before: it is over. For the one to come: that is awaited.
    this.#early.push(...all.filter((offer) => !offers.includes(offer)));
    this.#early.splice(0, this.#early.length - mostEarly);
    if (!transport) return;
    const fresh = offers.filter(({consumer}) => !this.#consumers.has(consumer) && !this.#tombstones.has(consumer));
    // Begun in one turn, so that mediasoup-client does one offer and answer for all of them.
    const done = await Promise.all(fresh.map((offer) => this.#setUp(transport, offer)));
    await this.#confirm(done.flatMap((id) => id ?? []));
  }

  closed(consumers: readonly string[]): void {
    for (const id of consumers) {
      const known = this.#consumers.get(id);
      this.#consumers.delete(id);
      this.#views.detach(id);
      if (known?.state === 'ready') this.#close(known.consumer);
      else this.#bury(id);
    }
  }

  /** Of all that is set up. */
  *receivers(): Iterable<RTCRtpReceiver | undefined> {
    for (const known of this.#consumers.values()) if (known.state === 'ready') yield known.consumer.rtpReceiver;
  }

  /** Whether the path carries too little for it. */
  starved(id: string, starved: boolean): void {
    const known = this.#consumers.get(id);
    if (known?.state === 'ready') this.#roster.setStarved(known.consumer.producerId, starved);
  }

  /** Others go before it, or do not any more. */
  withheld(id: string, withheld: boolean): void {
    const known = this.#consumers.get(id);
    if (known?.state === 'ready') this.#roster.setWithheld(known.consumer.producerId, withheld);
    else if (known) known.withheld = withheld;
  }

  /** A producer ended, which its consumers' own end will confirm. */
  producerClosed(producer: string): void {
    const of = [...this.#consumers].filter(
      ([, known]) => (known.state === 'ready' ? known.consumer.producerId : known.producer) === producer,
    );
    this.closed(of.map(([id]) => id));
    this.#roster.removeTrack(producer);
  }

  /** After a resume: what the server lists is what there is. */
  async sync(offers: readonly (Offer & {ready: boolean; starved: boolean})[]): Promise<void> {
    const listed = new Set(offers.map(({consumer}) => consumer));
    this.closed([...this.#consumers.keys()].filter((id) => !listed.has(id)));
    for (const {consumer, starved, withheld} of offers) {
      this.starved(consumer, starved);
      this.withheld(consumer, withheld);
    }
    const unconfirmed = offers.filter(
      ({consumer, ready}) => !ready && this.#consumers.get(consumer)?.state === 'ready',
    );
    await Promise.all([this.offered(offers), this.#confirm(unconfirmed.map(({consumer}) => consumer))]);
  }

  /** The transport is gone, and all consumers with it. */
  close(): void {
    this.closed([...this.#consumers.keys()]);
    this.#transport = undefined;
    this.#early = [];
  }

  async #setUp(transport: types.Transport, offer: Offer): Promise<string | undefined> {
    const {consumer: id, producer, peer, kind, source, rtpParameters, producerPaused, replaces} = offer;
    const settingUp: Known = {state: 'setting up', producer, withheld: offer.withheld};
    this.#consumers.set(id, settingUp);
    try {
      const consumer = await transport.consume({
        id,
        producerId: producer,
        kind,
        rtpParameters: receivedParameters(rtpParameters),
        // Tracks of one stream are kept in step with one another: voice and face, and the screen with its sound.
        streamId: source === 'screen' || source === 'screenAudio' ? `${peer}-screen` : peer,
      });
      // Closed while the browser was at it.
      if (this.#tombstones.has(id) || this.#transport !== transport) {
        consumer.close();
        if (replaces !== undefined) this.closed([replaces]);
        return undefined;
      }
      this.#consumers.set(id, {state: 'ready', consumer});
      if (replaces !== undefined) this.#supersede(replaces);
      this.#roster.addTrack(producer, {
        peer,
        source,
        track: consumer.track,
        paused: producerPaused,
        starved: false,
        withheld: settingUp.withheld,
      });
      if (kind === 'video') this.#views.attach(peer, source, id);
      return id;
    } catch (error) {
      this.#consumers.delete(id);
      if (replaces !== undefined) this.closed([replaces]);
      if (!transport.closed && !this.#tombstones.has(id)) {
        this.#problem({message: `A ${source} of another participant cannot be received.`, error});
      }
      return undefined;
    }
  }

  async #confirm(consumers: readonly string[]): Promise<void> {
    const {room, ask} = this.#port;
    if (consumers.length === 0) return;
    try {
      await ask(definitions.consumersReady, {room, consumers: [...consumers]}, {repeatable: true});
    } catch (error) {
      // The next sync confirms them; without one the connection stands and something is really wrong.
      this.#problem({message: 'Received tracks could not be confirmed.', error});
    }
  }

  /** Its track gives way to the one of its producer that comes in the same turn. */
  #supersede(id: string): void {
    const known = this.#consumers.get(id);
    this.#consumers.delete(id);
    this.#views.detach(id);
    if (known?.state === 'ready') known.consumer.close();
    else if (known !== undefined) this.#bury(id);
  }

  #close(consumer: types.Consumer): void {
    consumer.close();
    this.#roster.removeTrack(consumer.producerId);
  }

  #bury(id: string): void {
    this.#tombstones.add(id);
    const [oldest] = this.#tombstones;
    if (this.#tombstones.size > mostTombstones && oldest !== undefined) this.#tombstones.delete(oldest);
  }
}
