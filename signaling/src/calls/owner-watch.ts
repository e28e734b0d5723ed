import type {CallsOptions} from '../calls-part.js';
import type {RoomId, SessionId} from '@parley/protocol';
import type {Timer} from '../ports.js';
import type {Owners} from './owners.js';
import type {PeerLink} from './peer-link.js';
import type {PeerLinks} from './peer-links.js';
import {methods} from './words.js';

const askMs = 1_000;
/** A node whose event loop stands for longer than this is about to lose its leases. */
const answerMs = 1_000;
const checkMs = 250;

export type OwnerWatchOptions = Pick<CallsOptions, 'clock' | 'store' | 'onDefect'> & {
  readonly owners: Owners;
  readonly links: PeerLinks;
};

interface Watched {
  askedAt: number;
  asking: boolean;
  checking: boolean;
}

/**
 * Asks the nodes that run calls of this node's sessions whether they are there, and tells those sessions that their call
 * is lost as soon as it can begin elsewhere: when a silent owner's lease has passed. Not before: an owner that only hangs
 * has media that goes on, and comes back to it. This is well before the node is declared dead, which bears with far more.
 */
export class OwnerWatch {
  readonly #options: OwnerWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #checking: Timer;

  constructor(options: OwnerWatchOptions) {
    this.#options = options;
    const {store, clock} = options;
    store.bus.handle(methods.there, () => Promise.resolve({}));
    store.bus.onNodeGone((node) => {
      options.owners.heard(node);
    });
    this.#checking = clock.every(checkMs, () => {
      this.#check();
    });
  }

  close(): void {
    this.#checking.cancel();
  }

  #check(): void {
    const {links, clock, store, owners} = this.#options;
    const byOwner = new Map<string, [SessionId, PeerLink][]>();
    for (const [session, link] of links.all) {
      const {owner} = link;
      if (owner === undefined || owner === store.bus.node) continue;
      const of = byOwner.get(owner);
      if (of === undefined) byOwner.set(owner, [[session, link]]);
      else of.push([session, link]);
    }
    // Who was found silent is asked until it is heard again, or gone: meanwhile nobody is sent there.
    for (const owner of owners.silentNodes) if (!byOwner.has(owner)) byOwner.set(owner, []);
    for (const owner of this.#watched.keys()) if (!byOwner.has(owner)) this.#watched.delete(owner);
    const now = clock.now();
    for (const [owner, of] of byOwner) {
      const known = this.#watched.get(owner);
      const watched = known ?? {askedAt: now, asking: false, checking: false};
      if (known === undefined) this.#watched.set(owner, watched);
      else if (!watched.asking && now - watched.askedAt >= askMs) void this.#ask(owner, watched);
      if (of.length > 0 && owners.isSilent(owner) && !watched.checking) void this.#look(owner, watched, of);
    }
  }

  async #ask(owner: string, watched: Watched): Promise<void> {
    const {store, clock, owners} = this.#options;
    watched.askedAt = clock.now();
    watched.asking = true;
    try {
      await store.bus.request(owner, methods.there, {}, {deadlineMs: answerMs});
      owners.heard(owner);
    } catch {
      owners.silent(owner);
    } finally {
      watched.asking = false;
    }
  }

  /** Whose lease has passed is not the owner any more, whether it knows that or not. */
  async #look(owner: string, watched: Watched, of: readonly (readonly [SessionId, PeerLink])[]): Promise<void> {
    const {owners, links} = this.#options;
    watched.checking = true;
    try {
      const holders = new Map<RoomId, string | undefined>();
      for (const room of new Set(of.map(([, {room}]) => room))) holders.set(room, await owners.holder(room));
      for (const [session, link] of of) {
        if (link.owner === owner && holders.get(link.room) !== owner) links.lost(session, link);
      }
    } catch {
      // The store is away, which may be why nothing is heard: the next round will do.
    } finally {
      watched.checking = false;
    }
  }
}
