import {callNews as wire} from '@parley/protocol';
import type {Clock, PathMeasure, Timer} from '../ports.js';
import type {CallState, Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';
import type {Lacking} from './path-judge.js';

/** What changes of many within this time is told to the others together. */
const coalesceMs = 1_000;

export interface QualityOptions {
  readonly state: CallState;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

/** How well each peer is connected: told to itself at once, to the others who follow it together. */
export class Quality {
  readonly #options: QualityOptions;
  readonly #changed = new Set<Peer>();
  #telling: Timer | undefined;

  constructor(options: QualityOptions) {
    this.#options = options;
  }

  measured(session: string, measure: PathMeasure): void {
    const {state, outbox} = this.#options;
    const peer = state.peers.get(session);
    if (peer === undefined || !peer.path.add(measure, lackingOf(peer))) return;
    outbox.tell(peer, wire.quality, {room: state.room, peers: [qualityOf(peer)]});
    this.#changed.add(peer);
    this.#telling ??= this.#options.clock.after(coalesceMs, () => {
      this.#telling = undefined;
      this.#options.mailbox
        .post(() => {
          this.#tellOthers();
        })
        .catch(this.#options.onDefect);
    });
  }

  /** What stands, to a peer that follows it from now on. */
  introduce(peer: Peer): void {
    const {state, outbox} = this.#options;
    const peers = this.notGood;
    if (peers.length > 0) outbox.tell(peer, wire.quality, {room: state.room, peers});
  }

  get notGood(): wire.ConnectionQuality[] {
    return [...this.#options.state.peers.values()].map(qualityOf).filter(({quality}) => quality !== 'good');
  }

  close(): void {
    this.#telling?.cancel();
  }

  #tellOthers(): void {
    const {state, outbox} = this.#options;
    const changed = [...this.#changed].filter((peer) => state.peers.get(peer.session) === peer);
    this.#changed.clear();
    for (const peer of state.peers.values()) {
      const peers = changed.filter((other) => other !== peer).map(qualityOf);
      if (peer.follows.has('quality') && peers.length > 0) outbox.tell(peer, wire.quality, {room: state.room, peers});
    }
  }
}

const qualityOf = ({session, path}: Peer): wire.ConnectionQuality => ({peer: session, ...path.verdict});

/** What of its video the peer wishes and does not get. */
function lackingOf({consumers}: Peer): Lacking {
  let lacking: Lacking = 'nothing';
  for (const {starved, paused, withheld, producer, spatial, steady} of consumers.values()) {
    if (paused || withheld || producer.paused) continue;
    if (starved) return 'none';
    if (steady.cap < Math.min(spatial ?? Infinity, producer.layers - 1)) lacking = 'small';
  }
  return lacking;
}
