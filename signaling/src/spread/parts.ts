import {ParleyError} from '@parley/protocol';
import type {Clock, MediaEvent, PeerPlace, Timer} from '../ports.js';
import type {Home} from './home.js';
import type {Part, Spread} from './part.js';
import type {Standings} from './standings.js';

/** Whose page is loaded anew needs the same part again. */
const lingerMs = 10_000;
/** Nodes that are asked for one peer, besides the call's own. */
const mostAsked = 3;

export interface PartsOptions {
  readonly home: Pick<Home, 'node' | 'part' | 'reached'>;
  readonly spread: Spread;
  readonly clock: Clock;
  readonly standings: Pick<Standings, 'takes' | 'roomy'>;
  /** Rejects as the node does. */
  readonly open: (node: string, told: Told) => Promise<Part>;
  readonly onEvent: (part: Part, event: MediaEvent) => void;
  /** Its node is leaving. */
  readonly onLeaving: (part: Part) => void;
}

/** Who hears of a part on another node. */
export interface Told {
  readonly listener: (event: MediaEvent) => void;
  /** Its node is leaving; told once. */
  readonly onLeaving: () => void;
}

interface Seat {
  readonly part: Promise<Part>;
  at: Part | undefined;
  /** Transports of the peer that are there, or on their way. */
  uses: number;
}

/**
 * The nodes that carry a call: always the one that runs it, and others while peers are carried there. All transports of a
 * peer are with one.
 */
export class Parts {
  readonly #options: PartsOptions;
  readonly #far = new Map<string, Promise<Part>>();
  readonly #open = new Set<Part>();
  /** Those of nodes that leave; another part may be opened there when they have come back. */
  readonly #vacated = new WeakSet<Part>();
  readonly #seats = new Map<string, Seat>();
  readonly #lingering = new Map<Part, Timer>();
  #closed = false;

  constructor(options: PartsOptions) {
    this.#options = options;
  }

  /** On other nodes. */
  get far(): Iterable<Part> {
    return this.#open;
  }

  /** Undefined while there is room for another peer on some node, else when to ask again. */
  get fullForMs(): number | undefined {
    const {home, spread, standings} = this.#options;
    // Until it is known what there is room for, somebody may wait.
    const fullForMs = home.part?.media.fullForMs;
    return fullForMs !== undefined && spread !== 'off' && standings.roomy.length > 0 ? undefined : fullForMs;
  }

  /** Where the peer is already, or where there is room for it. Each stay is to be ended by `leave`. */
  async enter(place: PeerPlace): Promise<Part> {
    const {peer} = place;
    let seat = this.#seats.get(peer);
    if (seat === undefined) this.#seats.set(peer, (seat = {part: this.#find(place), at: undefined, uses: 0}));
    seat.uses += 1;
    try {
      seat.at = await seat.part;
      this.#lingering.get(seat.at)?.cancel();
      this.#lingering.delete(seat.at);
      return seat.at;
    } catch (thrown) {
      this.leave(peer);
      throw thrown;
    }
  }

  /** One transport less, at this part: of one that was vacated nothing counts any more. */
  leave(peer: string, from?: Part): void {
    const seat = this.#seats.get(peer);
    if (seat === undefined || (from !== undefined && seat.at !== from)) return;
    seat.uses -= 1;
    if (seat.uses > 0) return;
    this.#seats.delete(peer);
    if (seat.at !== undefined) this.#closeIfEmpty(seat.at);
  }

  /** Their media is gone: when they come again it may be elsewhere. */
  forget(peers: Iterable<string>): void {
    for (const peer of peers) this.#seats.delete(peer);
  }

  /** A node is gone, or its workers. Who was there. */
  lost(part: Part): readonly string[] {
    const peers = this.vacate(part);
    this.#open.delete(part);
    return peers;
  }

  /** Nobody is to be there any more: whoever comes again goes elsewhere. Who was there. */
  vacate(part: Part): readonly string[] {
    this.#lingering.get(part)?.cancel();
    this.#lingering.delete(part);
    if (this.#open.has(part) && !this.#vacated.has(part)) this.#far.delete(part.node);
    this.#vacated.add(part);
    const peers = [...this.#seats].filter(([, {at}]) => at === part).map(([peer]) => peer);
    this.forget(peers);
    return peers;
  }

  /** The parts on other nodes end; the home is not among them. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#lingering.values()) timer.cancel();
    this.#lingering.clear();
    for (const part of this.#open) part.media.close();
    this.#open.clear();
    this.#far.clear();
    this.#seats.clear();
  }

  async #find({near}: PeerPlace): Promise<Part> {
    for (const node of this.#candidates(near)) {
      try {
        return await this.#at(node);
      } catch (thrown) {
        // It is gone or has no room any more: the next one may.
        if (this.#closed || !(thrown instanceof ParleyError)) throw thrown;
      }
    }
    return await this.#options.home.reached();
  }

  /** Nodes to be asked one after the other. The last resort is the home, which refuses if it is full. */
  #candidates(near: string | undefined): readonly string[] {
    const {home, spread, standings} = this.#options;
    if (spread === 'off') return [];
    const roomy = home.part !== undefined && home.part.media.fullForMs === undefined;
    const wished = spread === 'near' && near !== undefined && standings.takes(near) ? [near] : [];
    if (roomy && (wished.length === 0 || near === home.node)) return [];
    // Where the call is already no pipe more is needed.
    const carrying = [...this.#far.keys()].filter((node) => standings.takes(node));
    const others = new Set([...wished, ...(roomy ? [] : [...carrying, ...standings.roomy])]);
    return [...others].slice(0, mostAsked);
  }

  #at(node: string): Promise<Part> {
    let opening = this.#far.get(node);
    if (opening === undefined) this.#far.set(node, (opening = this.#begin(node)));
    return opening;
  }

  async #begin(node: string): Promise<Part> {
    type Deed = (part: Part) => void;
    const early: Deed[] = [];
    let carryOut = (deed: Deed): void => void early.push(deed);
    const {open, onEvent, onLeaving} = this.#options;
    try {
      const part = await open(node, {
        listener: (event) => {
          carryOut((it) => {
            onEvent(it, event);
          });
        },
        onLeaving: () => {
          carryOut(onLeaving);
        },
      });
      if (this.#closed) {
        part.media.close();
        throw new ParleyError('unknown_media');
      }
      this.#open.add(part);
      carryOut = (deed) => {
        deed(part);
      };
      for (const deed of early) deed(part);
      return part;
    } catch (thrown) {
      this.#far.delete(node);
      throw thrown;
    }
  }

  #closeIfEmpty(part: Part): void {
    if (!this.#open.has(part) || this.#isInhabited(part) || this.#lingering.has(part)) return;
    const timer = this.#options.clock.after(lingerMs, () => {
      this.#lingering.delete(part);
      if (this.#isInhabited(part) || !this.#open.has(part)) return;
      part.media.close();
      this.#options.onEvent(part, {kind: 'lost'});
    });
    this.#lingering.set(part, timer);
  }

  #isInhabited(part: Part): boolean {
    return [...this.#seats.values()].some(({at}) => at === part || at === undefined);
  }
}
