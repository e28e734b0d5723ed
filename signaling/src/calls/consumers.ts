import {call as wire, ParleyError, type ParamsOf} from '@parley/protocol';
import type {ConsumerInfo, MediaRoom} from '../ports.js';
import type {CallConsumer, CallProducer, CallState, Peer} from './call-state.js';
import type {Adapting} from './adapting.js';
import type {Choosing} from './choosing.js';
import {layerFor} from './layers.js';
import type {Outbox} from './outbox.js';
import {SteadyLayers} from './steady-layers.js';
import type {Watching} from './watching.js';

type Wishes = Omit<ParamsOf<typeof wire.consumerSet>, 'room' | 'consumer'>;

/** What peers receive: made, started, set and dropped. */
export class Consumers {
  readonly #state: CallState;
  readonly #media: MediaRoom;
  readonly #outbox: Outbox;
  readonly #watching: Watching;
  readonly #adapting: Adapting;
  readonly #choosing: Choosing;

  constructor(
    state: CallState,
    media: MediaRoom,
    {
      outbox,
      watching,
      adapting,
      choosing,
    }: {outbox: Outbox; watching: Watching; adapting: Adapting; choosing: Choosing},
  ) {
    this.#state = state;
    this.#media = media;
    this.#outbox = outbox;
    this.#watching = watching;
    this.#adapting = adapting;
    this.#choosing = choosing;
  }

  /** Makes a consumer of each producer, paused, all at once; those that cannot be are left out. */
  async make(peer: Peer, transport: string, producers: readonly CallProducer[]): Promise<readonly CallConsumer[]> {
    const media = this.#media;
    const outcomes = await Promise.allSettled(
      producers.map(async (producer) => {
        const {carriedAs} = producer;
        if (carriedAs === undefined) throw new ParleyError('unknown_media');
        return media.consume(transport, carriedAs, peer.capabilities);
      }),
    );
    const made: CallConsumer[] = [];
    const gone: CallConsumer[] = [];
    producers.forEach((producer, index) => {
      const outcome = outcomes[index];
      const fits = this.#fits(peer, transport, producer);
      const held = peer.consumerOf(producer);
      if (outcome?.status === 'fulfilled' && fits) made.push(this.#keep(peer, transport, producer, outcome.value));
      else if (outcome?.status === 'fulfilled') media.closeConsumer(outcome.value.consumer);
      else if (held !== undefined) gone.push(held);
    });
    this.drop(gone);
    await this.#choosing.look(peer, made);
    await Promise.allSettled(made.map((consumer) => this.#adapting.apply(consumer)));
    return made;
  }

  /** The client has them: media starts, but for those it wants paused. Unknown ones have ended meanwhile. */
  async ready(peer: Peer, ids: readonly string[]): Promise<void> {
    const starting: CallConsumer[] = [];
    for (const id of ids) {
      const consumer = peer.consumers.get(id);
      if (consumer === undefined || consumer.ready) continue;
      consumer.ready = true;
      starting.push(consumer);
    }
    if (peer.minimum.below > 0) await this.#choosing.look(peer);
    await Promise.allSettled(starting.map((consumer) => this.#choosing.flow(consumer)));
  }

  async set(peer: Peer, id: string, {paused, preferredLayers, size, priority, pinned}: Wishes): Promise<void> {
    const consumer = peer.consumers.get(id);
    if (consumer === undefined) throw new ParleyError('unknown_media');
    const {producer} = consumer;
    if (paused !== undefined && paused !== consumer.paused) {
      consumer.paused = paused;
      this.#adapting.restarted(consumer);
      this.#watching.look(producer);
    }
    consumer.pinned = pinned ?? consumer.pinned;
    if (paused !== undefined || pinned !== undefined) {
      await this.#choosing.look(peer);
      await this.#choosing.flow(consumer);
    }
    const spatial = preferredLayers?.spatial ?? (size && layerFor(size, producer.size, producer.layers));
    consumer.priority = priority ?? consumer.priority;
    if (priority !== undefined && peer.minimum.below > 0) await this.#choosing.look(peer);
    if (spatial !== undefined) {
      consumer.spatial = spatial;
      consumer.temporal = preferredLayers?.temporal;
      this.#adapting.wished(consumer);
      this.#watching.look(producer);
    }
    await this.#adapting.apply(consumer);
  }

  /** Their producer was paused or goes on. */
  restarted(consumers: Iterable<CallConsumer>): void {
    for (const consumer of consumers) this.#adapting.restarted(consumer);
  }

  /** Ends them and tells their peers, each once. */
  drop(consumers: Iterable<CallConsumer>): void {
    const byPeer = new Map<Peer, string[]>();
    for (const consumer of consumers) {
      const {info, peer} = consumer;
      if (!this.#remove(consumer)) continue;
      this.#media.closeConsumer(info.consumer);
      const ids = byPeer.get(peer);
      if (ids === undefined) byPeer.set(peer, [info.consumer]);
      else ids.push(info.consumer);
    }
    for (const [peer, ids] of byPeer) {
      this.#outbox.tell(peer, wire.consumersClosed, {room: this.#state.room, consumers: ids});
    }
  }

  /** Their peer has turned away from them; the engine ends them. */
  leaveBehind(consumers: Iterable<CallConsumer>): void {
    for (const consumer of consumers) this.#remove(consumer);
  }

  /** Whether a consumer made meanwhile is still wanted. */
  #fits(peer: Peer, transport: string, producer: CallProducer): boolean {
    return (
      this.#state.peers.get(peer.session) === peer &&
      this.#state.producers.get(producer.id) === producer &&
      peer.standing(transport) !== undefined
    );
  }

  /** False if it was not there. */
  #remove(consumer: CallConsumer): boolean {
    const {info, peer, producer} = consumer;
    if (!this.#state.consumers.delete(info.consumer)) return false;
    peer.consumers.delete(info.consumer);
    producer.consumers.delete(consumer);
    this.#watching.forgetConsumer(consumer);
    this.#adapting.forget(consumer);
    return true;
  }

  /** With what was wished of the one whose place it takes, if there is one. */
  #keep(peer: Peer, transport: string, producer: CallProducer, info: ConsumerInfo): CallConsumer {
    const before = peer.consumerOf(producer);
    const consumer: CallConsumer = {
      info,
      peer,
      transport,
      producer,
      replaces: before?.info.consumer,
      held: false,
      ready: false,
      confirmBy: Infinity,
      paused: before?.paused ?? false,
      spatial: before?.spatial,
      temporal: before?.temporal,
      priority: before?.priority,
      steady: new SteadyLayers(),
      asked: {spatial: producer.layers - 1, temporal: undefined, priority: 1},
      starved: false,
      arrives: true,
      givesWay: false,
      withheld: before?.withheld ?? false,
      pinned: before?.pinned ?? false,
      flows: false,
    };
    if (before !== undefined) this.#remove(before);
    this.#state.consumers.set(info.consumer, consumer);
    peer.consumers.set(info.consumer, consumer);
    producer.consumers.add(consumer);
    this.#watching.look(producer);
    return consumer;
  }
}
