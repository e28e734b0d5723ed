import {callNews} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallEvents, ConnectionQuality} from './call.js';
import type {CallPort} from './port.js';

type Emit = (name: 'quality', value: CallEvents['quality']) => void;

/** How well everyone is connected, as far as the server tells it. */
export class Qualities {
  readonly #emit: Emit;
  readonly #byPeer = new Map<string, ConnectionQuality>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Those that are not good. */
  get byPeer(): ReadonlyMap<string, ConnectionQuality> {
    return this.#byPeer;
  }

  listen({listen, room: mine}: Pick<CallPort, 'listen' | 'room'>): Unsubscribe {
    return listen(callNews.quality, ({room, peers}) => {
      if (room === mine) for (const one of peers) this.#set(one);
    });
  }

  /** As it stands, by a snapshot; tells the difference. */
  replace(notGood: readonly ConnectionQuality[]): void {
    const listed = new Set(notGood.map(({peer}) => peer));
    for (const peer of [...this.#byPeer.keys()]) if (!listed.has(peer)) this.#set({peer, quality: 'good', reasons: []});
    for (const one of notGood) this.#set(one);
  }

  #set(one: ConnectionQuality): void {
    const known = this.#byPeer.get(one.peer);
    if ((known?.quality ?? 'good') === one.quality && (known?.reasons ?? []).join() === one.reasons.join()) return;
    if (one.quality === 'good') this.#byPeer.delete(one.peer);
    else this.#byPeer.set(one.peer, one);
    this.#emit('quality', one);
  }
}
