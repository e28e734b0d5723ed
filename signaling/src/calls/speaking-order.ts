import type {Peer} from './call-state.js';

/** Of two voices the louder one must be so much louder to go before the other. */
const clearlyDb = 6;
/** So much a voice loses with each measure in which it is not heard: a pause between two words changes nothing. */
const fadingDb = 3;
const silence = -127;
/** Who comes into view stays for so long at least, unless the speaker of before is back. */
const steadyMs = 2_000;

/** Peers by who spoke last, for pictures: it changes every 2 s at most. */
export class SpeakerOrder {
  #order: readonly Peer[] = [];
  #changedAt = -Infinity;

  /** How long to wait until this may be said again, if it changes nothing yet. */
  spoke(peer: Peer, now: number): number {
    if (this.#order[0] === peer) return 0;
    const waitMs = this.#changedAt + steadyMs - now;
    if (waitMs > 0) return waitMs;
    this.#changedAt = now;
    this.#order = [peer, ...this.#order.filter((other) => other !== peer)];
    return 0;
  }

  rank(peer: Peer): number {
    return rankIn(this.#order, peer);
  }

  left(peer: Peer): void {
    this.#order = this.#order.filter((other) => other !== peer);
  }
}

/** Peers by how loud they are and were a moment ago, for sound. */
export class VoiceOrder {
  readonly #levels = new Map<Peer, number>();
  #order: Peer[] = [];

  /** What was measured at this moment; whoever is not in it is not heard. True if it changes the order. */
  heard(levels: ReadonlyMap<Peer, number>): boolean {
    for (const [peer, level] of this.#levels) this.#levels.set(peer, Math.max(level - fadingDb, silence));
    const known = this.#order.length;
    for (const [peer, level] of levels) {
      const before = this.#levels.get(peer);
      if (before === undefined) this.#order.push(peer);
      this.#levels.set(peer, Math.max(before ?? silence, level));
    }
    return this.#sort() || this.#order.length > known;
  }

  rank(peer: Peer): number {
    return rankIn(this.#order, peer);
  }

  left(peer: Peer): void {
    this.#levels.delete(peer);
    this.#order = this.#order.filter((other) => other !== peer);
  }

  /** Each goes before those that it is clearly louder than. */
  #sort(): boolean {
    let changed = false;
    const order = this.#order;
    for (let from = 1; from < order.length; from += 1) {
      for (let at = from; at > 0; at -= 1) {
        const [before, after] = [order[at - 1], order[at]];
        if (before === undefined || after === undefined || this.#level(after) <= this.#level(before) + clearlyDb) break;
        [order[at - 1], order[at]] = [after, before];
        changed = true;
      }
    }
    return changed;
  }

  #level(peer: Peer): number {
    return this.#levels.get(peer) ?? silence;
  }
}

function rankIn(order: readonly Peer[], peer: Peer): number {
  const index = order.indexOf(peer);
  return index === -1 ? Infinity : index;
}
