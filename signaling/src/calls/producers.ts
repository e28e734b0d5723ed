import {call as wire, ParleyError, type CallRight, type ParamsOf} from '@parley/protocol';
import type {MediaRoom} from '../ports.js';
import type {CallConsumer, CallProducer, CallState, Peer} from './call-state.js';
import type {Consumers} from './consumers.js';
import {spatialLayers} from './layers.js';
import type {Outbox} from './outbox.js';
import type {Watching} from './watching.js';

export type ProduceParams = ParamsOf<typeof wire.produce>;

/**
 * What a browser says of a track takes 3 KB at most. It is told to every other peer: larger ones of one peer would fill
 * the connections of all.
 */
const mostRtpCharacters = 8_192;

const kindOf = {microphone: 'audio', screenAudio: 'audio', camera: 'video', screen: 'video'} as const;

/** Rights that changed while the peer was in the call: they may have come before what was asked with the former ones. */
const mayPublish = ({rights}: Peer, {source}: Pick<CallProducer, 'source'>): boolean =>
  rights === undefined || rights.includes(wire.rightToPublish[source]);

/** What peers publish. */
export class Producers {
  readonly #state: CallState;
  readonly #media: MediaRoom;
  readonly #outbox: Outbox;
  readonly #consumers: Consumers;
  readonly #watching: Watching;
  readonly #mostPerPeer: number;

  constructor(
    {
      state,
      media,
      outbox,
      consumers,
      watching,
    }: {state: CallState; media: MediaRoom; outbox: Outbox; consumers: Consumers; watching: Watching},
    mostPerPeer: number,
  ) {
    this.#state = state;
    this.#media = media;
    this.#outbox = outbox;
    this.#consumers = consumers;
    this.#watching = watching;
    this.#mostPerPeer = mostPerPeer;
  }

  async produce(
    peer: Peer,
    {transport, kind, source, rtpParameters, paused = false, size}: ProduceParams,
  ): Promise<string> {
    if (kindOf[source] !== kind) {
      throw new ParleyError('invalid_payload', {field: 'kind', message: `A ${source} is ${kindOf[source]}.`});
    }
    if (!mayPublish(peer, {source})) throw new ParleyError('forbidden');
    if (JSON.stringify(rtpParameters).length > mostRtpCharacters) {
      throw new ParleyError('invalid_payload', {
        field: 'rtpParameters',
        message: `RTP parameters have at most ${mostRtpCharacters} characters.`,
      });
    }
    if (peer.transports.get(transport)?.direction !== 'send') throw new ParleyError('unknown_media');
    for (const own of peer.producers.values()) {
      if (own.source === source) throw new ParleyError('conflict', {message: `The ${source} is published already.`});
    }
    if (peer.producers.size >= this.#mostPerPeer) {
      throw new ParleyError('forbidden', {message: `A peer may publish ${this.#mostPerPeer} tracks.`});
    }
    const {producer: id} = await this.#media.produce(transport, {
      kind,
      rtpParameters,
      paused,
      voice: source === 'microphone',
    });
    if (this.#state.peers.get(peer.session) !== peer || !peer.transports.has(transport)) {
      this.#media.closeProducer(id);
      throw new ParleyError('not_in_call');
    }
    const layers = kind === 'video' ? spatialLayers(rtpParameters) : 1;
    const consumers = new Set<CallConsumer>();
    const producer = {id, peer, transport, kind, source, consumers, layers, size, watched: layers - 1, paused};
    this.#state.producers.set(id, producer);
    peer.producers.set(id, producer);
    this.#outbox.producerChanged(producer, 'published');
    if (paused) this.#outbox.producerChanged(producer, 'paused');
    this.#watching.look(producer);
    return id;
  }

  /** Tells the others, once, if anything changes by it. Only its peer may. */
  async setPaused(peer: Peer, id: string, paused: boolean): Promise<void> {
    const producer = peer.producers.get(id);
    if (producer === undefined) throw new ParleyError('unknown_media');
    if (producer.paused === paused) return;
    await (paused ? this.#media.pauseProducer(id) : this.#media.resumeProducer(id));
    if (peer.producers.get(id) !== producer) throw new ParleyError('unknown_media');
    producer.paused = paused;
    this.#consumers.restarted(producer.consumers);
    this.#outbox.producerChanged(producer, paused ? 'paused' : 'resumed');
  }

  /** What the peer may publish from now on; what it may not any more ends. */
  limit(peer: Peer, rights: readonly CallRight[] | undefined): void {
    peer.rights = rights;
    for (const producer of [...peer.producers.values()]) if (!mayPublish(peer, producer)) this.drop(producer);
  }

  /** Ends it with its consumers, and tells everyone. */
  drop(producer: CallProducer): void {
    const {id, peer} = producer;
    if (!this.#state.producers.delete(id)) return;
    peer.producers.delete(id);
    this.#watching.forgetProducer(producer);
    this.#consumers.drop([...producer.consumers]);
    this.#media.closeProducer(id);
    this.#outbox.producerChanged(producer, 'closed');
  }
}
