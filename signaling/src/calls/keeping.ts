import type {Clock, Timer} from '../ports.js';
import type {CallConsumer, CallState, Peer} from './call-state.js';
import type {Choosing} from './choosing.js';
import type {Mailbox} from './mailbox.js';
import {rankOf} from './rank-of.js';

export interface KeepingOptions {
  readonly state: CallState;
  readonly choosing: Choosing;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

/** Sees to it that on a weak path what goes before others keeps its smallest picture: others give way, and come back. */
export class Keeping {
  readonly #options: KeepingOptions;
  readonly #looking = new Map<Peer, Timer>();

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  /** It stands still for want of bandwidth, in its peer's turn. */
  starved(consumer: CallConsumer): void {
    if (!consumer.givesWay) this.#look(consumer.peer);
  }

  left(peer: Peer): void {
    this.#looking.get(peer)?.cancel();
    this.#looking.delete(peer);
  }

  close(): void {
    for (const timer of this.#looking.values()) timer.cancel();
    this.#looking.clear();
  }

  #look(peer: Peer): void {
    const {clock, choosing, state} = this.#options;
    this.left(peer);
    const before = peer.minimum.below;
    const waitMs = peer.minimum.look(starvingRank(peer, state.speaker), clock.now());
    if (waitMs !== undefined) this.#looking.set(peer, this.#later(peer, waitMs));
    if (peer.minimum.below !== before) this.#post(() => choosing.look(peer));
  }

  #later(peer: Peer, waitMs: number): Timer {
    return this.#options.clock.after(waitMs, () => {
      this.#looking.delete(peer);
      this.#post(() => {
        if (this.#options.state.peers.get(peer.session) === peer) this.#look(peer);
      });
    });
  }

  #post(task: () => void | Promise<void>): void {
    this.#options.mailbox.post(task).catch(this.#options.onDefect);
  }
}

/** Of what could move if others gave way: not of what its publisher does not send. */
function starvingRank({consumers}: Peer, speaker: Peer | undefined): number {
  let highest = 0;
  for (const consumer of consumers.values()) {
    const {starved, arrives, givesWay, paused, withheld, producer} = consumer;
    if (!starved || !arrives || givesWay || paused || withheld || producer.paused) continue;
    highest = Math.max(highest, rankOf(consumer, speaker));
  }
  return highest;
}
