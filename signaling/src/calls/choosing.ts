import {callReceiving as wire} from '@parley/protocol';
import type {Clock, MediaRoom, Timer, VoiceLevel} from '../ports.js';
import type {Adapting} from './adapting.js';
import type {Allowance} from './allowance.js';
import type {CallConsumer, CallState, Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';
import {rankOf} from './rank-of.js';
import {SpeakerOrder, VoiceOrder} from './speaking-order.js';
import type {Watching} from './watching.js';

/** How many of each a peer is sent at most, where the workers are to be spared. */
const strainedVideos = {none: Infinity, fewer: 4, sound: 0, full: 0} as const;
const strainedScreens = {none: Infinity, fewer: Infinity, sound: 0, full: 0} as const;

export interface ChoosingOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly outbox: Outbox;
  readonly allowance: Allowance;
  readonly watching: Watching;
  readonly adapting: Adapting;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  /** Whether voices have to be measured is to be looked at again. */
  readonly onVoices: () => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * What each peer is sent where there are more cameras and microphones than it may be sent at once: of cameras those of
 * who spoke last, after what its receiver pinned; of microphones the loudest. Screens and their sound always are.
 */
export class Choosing {
  readonly #options: ChoosingOptions;
  readonly #speakers = new SpeakerOrder();
  readonly #voices = new VoiceOrder();
  #speaking: Timer | undefined;
  #reviewing = false;

  constructor(options: ChoosingOptions) {
    this.#options = options;
  }

  /** Whether there are more microphones than somebody is sent. */
  get needsVoices(): boolean {
    const {state} = this.#options;
    const least = Math.min(...[...state.peers.values()].map((peer) => this.#most(peer, 'voices')));
    if (least === Infinity || least === 0) return false;
    let open = 0;
    for (const {source, paused} of state.producers.values()) if (source === 'microphone' && !paused) open += 1;
    return open > least;
  }

  /** Something changed that concerns everybody: what is open, who speaks, how much may be sent. */
  lookAll(): void {
    if (this.#reviewing) return;
    this.#reviewing = true;
    this.#post(async () => {
      this.#reviewing = false;
      for (const peer of this.#options.state.peers.values()) await this.look(peer);
      this.#options.onVoices();
    });
  }

  /** Chooses anew for one peer. Those in `fresh` it was not offered yet, and so is not told of. */
  async look(peer: Peer, fresh: readonly CallConsumer[] = []): Promise<void> {
    const cameras = this.#choose(peer, 'camera', this.#most(peer, 'videos'));
    const microphones = this.#choose(peer, 'microphone', this.#most(peer, 'voices'));
    const screens = this.#choose(peer, 'screen', strainedScreens[this.#options.state.strain]);
    const changed = [...cameras, ...microphones, ...screens];
    for (const consumer of changed) {
      consumer.withheld = !consumer.withheld;
      this.#options.adapting.restarted(consumer);
      this.#options.watching.look(consumer.producer);
    }
    const known = changed.filter((consumer) => !fresh.includes(consumer));
    if (known.length > 0) {
      const [withheld, sent] = [true, false].map((is) =>
        known.filter((consumer) => consumer.withheld === is).map(({info}) => info.consumer),
      );
      const {outbox, state} = this.#options;
      outbox.tell(peer, wire.chosen, {room: state.room, withheld: withheld ?? [], sent: sent ?? []});
    }
    const giving = this.#giveWay(peer);
    await Promise.allSettled([...changed, ...giving].map((consumer) => this.flow(consumer)));
  }

  /** Brings what the engine does to what is wanted of it. */
  async flow(consumer: CallConsumer): Promise<void> {
    const {media} = this.#options;
    if (consumer.held) return;
    const flows = consumer.ready && !consumer.paused && !consumer.withheld && !consumer.givesWay;
    if (flows === consumer.flows) return;
    consumer.flows = flows;
    const id = consumer.info.consumer;
    await (flows ? media.resumeConsumer(id) : media.pauseConsumer(id));
  }

  spoke(peer: Peer): void {
    const {clock, state} = this.#options;
    this.#speaking?.cancel();
    const waitMs = this.#speakers.spoke(peer, clock.now());
    if (waitMs === 0) {
      this.lookAll();
      return;
    }
    this.#speaking = clock.after(waitMs, () => {
      // If it still is the one by then.
      if (state.speaker === peer) this.spoke(peer);
    });
  }

  heard(levels: readonly VoiceLevel[]): void {
    const {carried} = this.#options.state;
    const byPeer = levels.flatMap(({producer, level}) => {
      const peer = carried.get(producer)?.peer;
      return peer === undefined ? [] : [[peer, level] as const];
    });
    if (this.#voices.heard(new Map(byPeer))) this.lookAll();
  }

  left(peer: Peer): void {
    this.#speakers.left(peer);
    this.#voices.left(peer);
    this.lookAll();
  }

  close(): void {
    this.#speaking?.cancel();
  }

  /** Lets videos give way to what goes before them, or go on: those of which that changed. */
  #giveWay(peer: Peer): readonly CallConsumer[] {
    const {adapting, state, watching} = this.#options;
    const changed = [...peer.consumers.values()].filter((consumer) => {
      const {info, ready, paused, withheld, givesWay} = consumer;
      const gives =
        info.kind === 'video' && ready && !paused && !withheld && rankOf(consumer, state.speaker) < peer.minimum.below;
      return gives !== givesWay;
    });
    for (const consumer of changed) {
      consumer.givesWay = !consumer.givesWay;
      adapting.restarted(consumer);
      watching.gaveWay(consumer);
    }
    return changed;
  }

  #most(peer: Peer, what: 'videos' | 'voices'): number {
    const ofCall = this.#options.allowance.limits[what];
    const ofStrain = what === 'videos' ? strainedVideos[this.#options.state.strain] : Infinity;
    return Math.min(ofCall === 0 ? Infinity : ofCall, peer.receives[what] ?? Infinity, ofStrain);
  }

  /** Those of the peer's consumers of that source whose turn it is to change. */
  #choose(peer: Peer, source: 'camera' | 'microphone' | 'screen', most: number): readonly CallConsumer[] {
    const all = [...peer.consumers.values()].filter((consumer) => consumer.producer.source === source);
    if (most === Infinity) return all.filter(({withheld}) => withheld);
    // What is pinned goes first, but that there is no processor for it.
    const spares = source === 'microphone' || strainedVideos[this.#options.state.strain] > 0;
    const order = source === 'microphone' ? this.#voices : this.#speakers;
    const candidates = all
      .filter(({paused, pinned, producer}) => !paused && !(pinned && spares) && !producer.paused)
      .map((consumer) => ({consumer, rank: order.rank(consumer.producer.peer)}))
      // Who came first goes first, where nobody spoke.
      .sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
    const pinned = all.filter(
      (consumer) => spares && consumer.pinned && !consumer.paused && !consumer.producer.paused,
    ).length;
    const withheld = new Set(candidates.slice(Math.max(most - pinned, 0)).map(({consumer}) => consumer));
    return all.filter((consumer) => consumer.withheld !== withheld.has(consumer));
  }

  #post(task: () => Promise<void>): void {
    this.#options.mailbox.post(task).catch(this.#options.onDefect);
  }
}
