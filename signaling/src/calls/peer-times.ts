import type {HubObserver} from '../hub.js';
import type {Clock} from '../ports.js';
import type {CallState, Peer} from './call-state.js';

export interface PeerTimesOptions {
  readonly state: CallState;
  readonly clock: Clock;
  readonly observer: Pick<HubObserver, 'callMediaBegan' | 'callPeerBack'>;
}

/** How long peers wait, for media after they joined and for coming back when they were gone. It decides nothing. */
export class PeerTimes {
  readonly #options: PeerTimesOptions;
  readonly #joined = new WeakMap<Peer, number>();
  readonly #gone = new WeakMap<Peer, number>();

  constructor(options: PeerTimesOptions) {
    this.#options = options;
  }

  /** Who comes to a call where nobody sends anything waits for no media. */
  joined(peer: Peer): void {
    const {state, clock} = this.#options;
    for (const producer of state.producers.values()) {
      if (producer.paused || producer.peer === peer) continue;
      this.#joined.set(peer, clock.now());
      return;
    }
  }

  /** Whether media flows to it now for the first time. */
  look(peer: Peer): void {
    const since = this.#joined.get(peer);
    if (since === undefined || !isSentMedia(peer)) return;
    this.#joined.delete(peer);
    const {clock, observer} = this.#options;
    observer.callMediaBegan(clock.now() - since);
  }

  /** The others are told that it is gone, or back. */
  told(peer: Peer, now: Peer['told']): void {
    const {clock, observer} = this.#options;
    if (now === 'reconnecting') {
      this.#gone.set(peer, clock.now());
      return;
    }
    const since = this.#gone.get(peer);
    this.#gone.delete(peer);
    if (since !== undefined) observer.callPeerBack(clock.now() - since);
  }
}

function isSentMedia(peer: Peer): boolean {
  for (const {ready, paused, producer, transport} of peer.consumers.values())
    if (ready && !paused && !producer.paused && peer.transports.get(transport)?.media === 'connected') return true;
  return false;
}
