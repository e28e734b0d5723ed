import {
  call as wire,
  ParleyError,
  people,
  type CallRight,
  type ParamsOf,
  type Role,
  type UserId,
} from '@parley/protocol';
import type {MediaRoom} from '../ports.js';
import {bitrateOf, type Allowance} from './allowance.js';
import {isFormer, type CallConsumer, type CallProducer, type CallState, type Peer} from './call-state.js';
import type {Changes} from './changes.js';
import type {Choosing} from './choosing.js';
import type {Consumers} from './consumers.js';
import type {Held} from './held.js';
import {spatialLayers} from './layers.js';
import type {Outbox} from './outbox.js';
import type {Profiles} from './profiles.js';
import type {Watching} from './watching.js';

export type ProduceParams = ParamsOf<typeof wire.produce>;
type Source = wire.ProducerSummary['source'];

/**
 * What a browser says of a track takes 3 KB at most. It is told to every other peer: larger ones of one peer would fill
 * the connections of all.
 */
const mostRtpCharacters = 8_192;

const kindOf = {microphone: 'audio', screenAudio: 'audio', camera: 'video', screen: 'video'} as const;

/** Rights may have changed since it was asked. */
const mayPublish = ({rights}: Peer, {source}: Pick<CallProducer, 'source'>): boolean =>
  rights.includes(wire.rightToPublish[source]);

export interface ProducersOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly outbox: Outbox;
  readonly changes: Changes;
  readonly consumers: Consumers;
  readonly choosing: Choosing;
  readonly watching: Watching;
  readonly allowance: Allowance;
  readonly profiles: Profiles;
  readonly held: Held;
}

/** What peers publish. */
export class Producers {
  readonly #options: ProducersOptions;

  constructor(options: ProducersOptions) {
    this.#options = options;
  }

  /**
   * Paused if that was asked; or if it was when the call was lost, unless it is asked not to be. What it replaces goes on
   * by it, as it is.
   */
  async produce(
    peer: Peer,
    {transport, kind, source, rtpParameters, paused: asked, size, replaces}: ProduceParams,
  ): Promise<CallProducer> {
    const {state, media, changes, choosing, watching, allowance, profiles} = this.#options;
    const before = replaces === undefined ? undefined : peer.producers.get(replaces);
    if (before === undefined && replaces !== undefined) throw new ParleyError('unknown_media', {field: 'replaces'});
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
    if (peer.standing(transport)?.direction !== 'send') throw new ParleyError('unknown_media');
    if (before !== undefined && before.source !== source) {
      throw new ParleyError('conflict', {field: 'replaces', message: `What is replaced is a ${before.source}.`});
    }
    for (const own of peer.producers.values()) {
      if (own !== before && own.source === source)
        throw new ParleyError('conflict', {message: `The ${source} is published already.`});
    }
    const bitrate = bitrateOf(source, rtpParameters);
    const former = (): CallProducer | undefined =>
      [...state.producers.values()].find((one) => one.source === source && isFormer(one, peer));
    allowance.requireTrack(peer, bitrate, before ?? former());
    const paused = before?.paused ?? asked ?? profiles.wasPaused(peer, source);
    const {producer: carriedAs} = await media.produce(transport, {
      kind,
      rtpParameters,
      paused,
      voice: source === 'microphone',
    });
    if (state.peers.get(peer.session) !== peer || peer.standing(transport) === undefined) {
      media.closeProducer(carriedAs);
      throw new ParleyError('not_in_call');
    }
    const layers = kind === 'video' ? spatialLayers(rtpParameters) : 1;
    const carriage = {carriedAs, transport, layers, size, watched: layers - 1, bitrate};
    let producer = before;
    if (producer === undefined) {
      const replaced = former();
      if (replaced !== undefined) this.drop(replaced);
      const consumers = new Set<CallConsumer>();
      producer = {id: carriedAs, peer, kind, source, consumers, paused, recorded: false, ...carriage};
      state.producers.set(producer.id, producer);
      peer.producers.set(producer.id, producer);
      profiles.notePaused(peer, source, paused);
      changes.producerChanged(producer, 'published');
      if (paused) changes.producerChanged(producer, 'paused');
    } else {
      this.#options.held.producer(producer);
      Object.assign(producer, carriage);
    }
    state.carried.set(carriedAs, producer);
    this.#bound(peer, transport);
    watching.look(producer);
    choosing.lookAll();
    return producer;
  }

  /** Tells the others, once, if anything changes by it. Only its peer may. */
  async setPaused(peer: Peer, id: string, paused: boolean): Promise<void> {
    const producer = peer.producers.get(id);
    if (producer === undefined) throw new ParleyError('unknown_media');
    if (producer.paused === paused) return;
    await this.#pause(producer, paused);
    if (peer.producers.get(id) !== producer) throw new ParleyError('unknown_media');
  }

  /** Pauses what of these sources the peer publishes, and tells it who did so, if it is somebody. It alone can resume it. */
  async mute(peer: Peer, sources: readonly Source[], by: UserId | undefined): Promise<void> {
    const {outbox, state} = this.#options;
    const speaking = [...peer.producers.values()].filter(({source, paused}) => !paused && sources.includes(source));
    await Promise.all(speaking.map((producer) => this.#pause(producer, true)));
    const producers = speaking.filter(({paused}) => paused).map(({id}) => id);
    if (producers.length === 0) return;
    outbox.tell(peer, people.muted, {room: state.room, producers, ...(by !== undefined && {by})});
  }

  /** What the peer may do from now on; what it may not publish any more ends. */
  limit(peer: Peer, role: Role, rights: readonly CallRight[]): void {
    this.#options.profiles.standing(peer, role, rights);
    for (const producer of [...peer.producers.values()]) if (!mayPublish(peer, producer)) this.drop(producer);
  }

  /** The limit of bandwidth is another: all that send are told. */
  boundAll(): void {
    for (const peer of this.#options.state.peers.values())
      for (const {id, direction} of peer.transports.values()) if (direction === 'send') this.#bound(peer, id);
  }

  /** Ends it with its consumers, and tells everyone. */
  drop(producer: CallProducer): void {
    const {state, media, changes, consumers, choosing, watching, profiles} = this.#options;
    const {id, peer, transport, source, carriedAs} = producer;
    if (!state.producers.delete(id)) return;
    peer.producers.delete(id);
    profiles.notePaused(peer, source, false);
    watching.forgetProducer(producer);
    consumers.drop([...producer.consumers]);
    if (carriedAs !== undefined) {
      state.carried.delete(carriedAs);
      media.closeProducer(carriedAs);
    }
    if (peer.transports.has(transport)) this.#bound(peer, transport);
    choosing.lookAll();
    changes.producerChanged(producer, 'closed');
  }

  /** If it lives still when the engine has done so, the others are told. */
  async #pause(producer: CallProducer, paused: boolean): Promise<void> {
    const {state, media, changes, consumers, choosing, profiles} = this.#options;
    const {id, peer, source, carriedAs} = producer;
    // What is held goes on as it is by then.
    if (carriedAs !== undefined) await (paused ? media.pauseProducer(carriedAs) : media.resumeProducer(carriedAs));
    if (state.producers.get(id) !== producer) return;
    producer.paused = paused;
    consumers.restarted(producer.consumers);
    choosing.lookAll();
    profiles.notePaused(peer, source, paused);
    changes.producerChanged(producer, paused ? 'paused' : 'resumed');
  }

  /** Where bandwidth is limited, the engine tells the sender how much it was given. */
  #bound(peer: Peer, transport: string): void {
    const {media, allowance} = this.#options;
    if (allowance.limits.bitrate === 0) return;
    let sum = 0;
    for (const producer of peer.producers.values()) if (producer.transport === transport) sum += producer.bitrate;
    if (sum > 0) media.limitIncoming(transport, sum);
  }
}
