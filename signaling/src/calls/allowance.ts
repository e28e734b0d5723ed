import {ParleyError, type call as wire, type media} from '@parley/protocol';
import type {CallSettings} from '../ports.js';
import type {CallProducer, CallState, Peer} from './call-state.js';

type Source = wire.ProducerSummary['source'];

/** What a producer is taken to need, in bits per second, if its encodings do not say. */
const usualBitrate: Readonly<Record<Source, number>> = {
  microphone: 64_000,
  screenAudio: 128_000,
  camera: 2_500_000,
  screen: 2_500_000,
};

/** What a producer may be sent with, in bits per second: by what its encodings say of themselves. */
export function bitrateOf(source: Source, {encodings = []}: media.RtpParameters): number {
  const stated = encodings.map(({maxBitrate}) => maxBitrate);
  const sum = stated.reduce<number>((total, each) => total + (each ?? NaN), 0);
  return stated.length > 0 && Number.isFinite(sum) ? sum : usualBitrate[source];
}

/**
 * How much there may be in a call: what the room says, and no more than the server bears. It is asked within the call's
 * mailbox, in the turn that adds what was asked for: so no number of requests at once gets more.
 */
export class Allowance {
  readonly #server: wire.CallLimits;
  readonly #state: CallState;
  #limits: wire.CallLimits;

  constructor(state: CallState, server: wire.CallLimits, room: CallSettings['limits']) {
    this.#state = state;
    this.#server = server;
    this.#limits = smaller(server, room);
  }

  get limits(): wire.CallLimits {
    return this.#limits;
  }

  /** False if nothing changes by it. */
  set(room: CallSettings['limits']): boolean {
    const before = this.#limits;
    this.#limits = smaller(this.#server, room);
    return limitNames.some((name) => before[name] !== this.#limits[name]);
  }

  /** Throws `call_full` if there is no place for another peer. */
  requirePlace(): void {
    if (isAbove(this.#state.peers.size + 1, this.#limits.peers)) throw new ParleyError('call_full');
  }

  /**
   * Throws `call_media_full`, or `forbidden` if it is the peer who publishes as much as it may.
   *
   * @param instead the producer that is not to be counted, for it is this one that goes on
   */
  requireTrack(peer: Peer, bitrate: number, instead?: CallProducer): void {
    const {producers, producersPerPeer, bitrate: mostBitrate} = this.#limits;
    const more = instead === undefined ? 1 : 0;
    const ownMore = instead?.peer === peer ? 0 : 1;
    if (isAbove(peer.producers.size + ownMore, producersPerPeer)) {
      throw new ParleyError('forbidden', {message: `A peer may publish ${producersPerPeer} tracks.`});
    }
    if (isAbove(this.#state.producers.size + more, producers)) {
      throw new ParleyError('call_media_full', {message: `There may be ${producers} tracks in this call.`});
    }
    if (mostBitrate === 0) return;
    let sum = bitrate - (instead?.bitrate ?? 0);
    for (const producer of this.#state.producers.values()) sum += producer.bitrate;
    if (sum > mostBitrate) {
      throw new ParleyError('call_media_full', {message: 'The bandwidth of this call is taken.'});
    }
  }
}

const limitNames = ['peers', 'producers', 'producersPerPeer', 'bitrate', 'videos', 'voices'] as const;

const isAbove = (count: number, most: number): boolean => most !== 0 && count > most;

/** Of two limits the stricter one, where 0 is none at all. */
export function smaller(server: wire.CallLimits, room: CallSettings['limits']): wire.CallLimits {
  const of = (name: keyof wire.CallLimits): number => {
    const [one, other] = [server[name], room[name] ?? 0];
    return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
  };
  return {
    peers: of('peers'),
    producers: of('producers'),
    producersPerPeer: of('producersPerPeer'),
    bitrate: of('bitrate'),
    videos: of('videos'),
    voices: of('voices'),
  };
}
