import {call as wire, type EventDefinition, type PayloadOf, type ResultOf} from '@parley/protocol';

interface ViewedConsumer {
  readonly producer: string;
  confirmed: boolean;
}

/**
 * What a client believes of its call, from answers and events in the order they came. It writes down every
 * contradiction: someone who came twice or left without having come, an offer of what it has, or of its own.
 */
export class CallView {
  readonly peers = new Map<string, string>();
  readonly producers = new Map<string, {peer: string; paused: boolean}>();
  readonly consumers = new Map<string, ViewedConsumer>();
  readonly contradictions: string[] = [];
  readonly #events: {name: string; payload: unknown}[] = [];
  /** Consumers closed before they were offered. */
  readonly #tombstones = new Set<string>();
  self: string | undefined;
  /** After a resume, until it is told the state: events before that may be about what it does not know. */
  stale = false;
  /** Why the client is no longer in the call. */
  ended: string | undefined;

  eventsOf<D extends EventDefinition>(event: D): PayloadOf<D>[] {
    return this.#events
      .filter(({name}) => name === event.name)
      .map(({payload}) => event.payload.parse(payload) as PayloadOf<D>);
  }

  /** The session is in no call, as the server says. */
  gone(): void {
    this.#forget();
    this.ended ??= 'gone';
  }

  unconfirmed(): string[] {
    return [...this.consumers].filter(([, {confirmed}]) => !confirmed).map(([id]) => id);
  }

  answered(name: string, data: unknown, params: unknown): void {
    if (name === wire.join.name) this.#snapshot(wire.join.result.parse(data));
    else if (name === wire.sync.name) this.#synced(wire.sync.result.parse(data));
    else if (name === wire.leave.name) this.#forget();
    else if (name === wire.consumersReady.name) {
      for (const id of wire.consumersReady.params.parse(params).consumers) {
        const consumer = this.consumers.get(id);
        if (consumer !== undefined) consumer.confirmed = true;
      }
    }
  }

  told(name: string, payload: unknown): void {
    if (!name.startsWith('call.')) return;
    this.#events.push({name, payload});
    if (name === wire.peer.name) this.#peer(wire.peer.payload.parse(payload));
    else if (name === wire.producer.name) this.#producer(wire.producer.payload.parse(payload));
    else if (name === wire.changes.name) {
      const {room, changes} = wire.changes.payload.parse(payload);
      for (const change of changes) {
        if ('producer' in change) this.#producer({room, ...change});
        else this.#peer({room, ...change});
      }
    } else if (name === wire.consumersOffered.name)
      this.#offered(wire.consumersOffered.payload.parse(payload).consumers);
    else if (name === wire.consumersClosed.name) {
      for (const id of wire.consumersClosed.payload.parse(payload).consumers) {
        if (!this.consumers.delete(id)) this.#tombstones.add(id);
      }
    } else if (name === wire.closed.name) {
      this.#forget();
      this.ended = wire.closed.payload.parse(payload).reason;
    }
  }

  #snapshot({
    peer,
    peers,
    producers,
  }: {
    peer: string;
    peers: wire.PeerSummary[];
    producers: wire.ProducerSummary[];
  }): void {
    this.#forget();
    this.stale = false;
    this.self = peer;
    this.ended = undefined;
    for (const {peer: id, state} of peers) {
      if (this.peers.has(id)) this.#contradiction(`${id} listed twice`);
      this.peers.set(id, state);
    }
    for (const {producer, peer: of, paused} of producers) {
      if (of === peer) continue; // Of its own it knows anyway.
      if (this.producers.has(producer)) this.#contradiction(`${producer} listed twice`);
      this.producers.set(producer, {peer: of, paused});
    }
  }

  #synced(answer: ResultOf<typeof wire.sync>): void {
    this.#snapshot(answer);
    for (const {consumer, producer, ready} of answer.consumers) {
      this.consumers.set(consumer, {producer, confirmed: ready});
    }
  }

  #contradiction(what: string): void {
    if (!this.stale) this.contradictions.push(what);
  }

  #forget(): void {
    this.peers.clear();
    this.producers.clear();
    this.consumers.clear();
  }

  #peer({peer, change}: PayloadOf<typeof wire.peer>): void {
    const there = this.peers.has(peer);
    if (there === (change === 'joined')) this.#contradiction(`${peer} ${change}, ${there ? 'there' : 'not there'}`);
    if (change === 'left') this.peers.delete(peer);
    else this.peers.set(peer, change === 'reconnecting' ? 'reconnecting' : 'connected');
  }

  #producer({producer, peer, change}: PayloadOf<typeof wire.producer>): void {
    const known = this.producers.get(producer);
    if ((known !== undefined) === (change === 'published')) this.#contradiction(`${producer} ${change}`);
    if (!this.peers.has(peer)) this.#contradiction(`${producer} of a stranger`);
    if (change === 'closed') this.producers.delete(producer);
    else this.producers.set(producer, {peer, paused: change === 'published' ? false : change === 'paused'});
  }

  #offered(offers: readonly wire.ConsumerOffer[]): void {
    for (const {consumer, producer, peer, replaces} of offers) {
      if (this.#tombstones.has(consumer)) continue;
      if (replaces !== undefined) {
        const before = this.consumers.get(replaces);
        // After a resume it may know of none.
        if (before !== undefined && before.producer !== producer) this.#contradiction(`${replaces} is of another`);
        this.consumers.delete(replaces);
      }
      const had = [...this.consumers.values()].some((known) => known.producer === producer);
      if (had || this.consumers.has(consumer)) this.#contradiction(`${producer} offered twice`);
      if (peer === this.self) this.#contradiction(`${producer} offered to its own peer`);
      this.consumers.set(consumer, {producer, confirmed: false});
    }
  }
}
