import {call as wire, events, type RoomId, type SessionId} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {Timer} from '../ports.js';
import {outOfReach} from './out-of-reach.js';
import type {Owners} from './owners.js';
import {PeerLink} from './peer-link.js';
import {readToPeer, readToPeers, toPeersTopic, toPeerTopic, type ToPeer, type ToPeers} from './words.js';

/** How often a node asks remote owners whether it missed the last events: a gap shows only when another follows. */
const checkMs = 15_000;

export type PeerLinksOptions = Pick<CallsOptions, 'clock' | 'store' | 'deliver' | 'onDefect'> & {
  readonly owners: Owners;
};

/** The sessions of this node that are in calls, on whichever node those run. */
export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #links = new Map<SessionId, PeerLink>();
  readonly #checking: Timer;

  constructor(options: PeerLinksOptions) {
    this.#options = options;
    const {store, clock} = options;
    store.bus.on(toPeerTopic, (word) => {
      this.#receive(readToPeer(word));
    });
    store.bus.on(toPeersTopic, (word) => {
      this.#mention(readToPeers(word));
    });
    store.bus.onNodeGone((node) => {
      for (const [session, link] of this.#links) if (link.owner === node) this.lost(session, link);
    });
    store.onAvailability((available) => {
      if (available) this.#checkAll();
    });
    this.#checking = clock.every(checkMs, () => {
      this.#checkAll();
    });
  }

  get(session: SessionId): PeerLink | undefined {
    return this.#links.get(session);
  }

  get all(): Iterable<readonly [SessionId, PeerLink]> {
    return this.#links;
  }

  /** The session's link to the call of the room, holding. A link to another call ends here. */
  open(session: SessionId, room: RoomId): PeerLink {
    const known = this.#links.get(session);
    const link = known?.room === room ? known : new PeerLink(room);
    if (link !== known) {
      known?.close();
      this.#links.set(session, link);
    }
    link.hold();
    return link;
  }

  /** Ends a hold: the client is told what followed the link's position. False if there is nothing to follow: it ends. */
  settle(session: SessionId, link: PeerLink): boolean {
    for (const word of link.release()) this.#receive(word);
    // Nobody ever learnt where the call is.
    if (link.holding || link.position !== undefined || this.#links.get(session) !== link) return true;
    this.drop(session);
    return false;
  }

  /** The session is not this node's any more, or not in the call. */
  drop(session: SessionId): PeerLink | undefined {
    const link = this.#links.get(session);
    link?.close();
    this.#links.delete(session);
    return link;
  }

  /** The owner is gone, or cannot be followed: the client may join anew. */
  lost(session: SessionId, link: PeerLink): void {
    if (link.isClosed()) return;
    if (this.#options.deliver(session, wire.closed, {room: link.room, reason: 'lost'})) this.#left(session);
    // Elsewhere it may be in the call, and its record be right.
    else this.drop(session);
  }

  close(): void {
    this.#checking.cancel();
    for (const session of [...this.#links.keys()]) this.drop(session);
  }

  #receive(word: ToPeer): void {
    const {session, event} = word;
    const link = this.#links.get(session);
    if (link === undefined || link.room !== word.room) return;
    const reception = link.receive(word);
    switch (reception.do) {
      case 'nothing':
        return;
      case 'giveUp':
        this.#giveUp(session, link);
        return;
      case 'repair':
        void this.#repair(session, link, word);
        return;
      case 'deliver':
        break;
    }
    const definition = events.get(event.name);
    if (definition !== undefined && !this.#options.deliver(session, definition, event.payload)) this.drop(session);
    else if (event.name === wire.closed.name) this.#left(session);
  }

  /** A client that is told where it stands at this moment would not know yet of whom this is. */
  #mention({room, sessions, name, payload}: ToPeers): void {
    const definition = events.get(name);
    if (definition === undefined) return;
    for (const session of sessions) {
      const link = this.#links.get(session);
      if (link?.room !== room || link.holding || link.position === undefined) continue;
      this.#options.deliver(session, definition, payload);
    }
  }

  /** Fetches what was missed; what comes meanwhile waits. */
  async #repair(session: SessionId, link: PeerLink, then?: ToPeer): Promise<void> {
    const {owner, position, room} = link;
    if (owner === undefined || position === undefined) return;
    link.hold();
    if (then !== undefined) link.receive(then);
    let missed;
    try {
      missed = await this.#options.owners.replay(owner, {room, session, position});
    } catch {
      // Out of reach: it will be found dead, or reached again, and then be asked again.
      // What was held goes on being a gap.
      link.release();
      return;
    }
    if (link.isClosed()) return;
    if (missed === undefined) {
      this.#giveUp(session, link);
      return;
    }
    const held = link.release();
    for (const event of missed) this.#receive({room, session, stream: position.stream, event});
    for (const word of held) this.#receive(word);
  }

  #checkAll(): void {
    const {bus} = this.#options.store;
    for (const [session, link] of this.#links) {
      // What this node sends to itself cannot get lost.
      if (link.owner !== undefined && link.owner !== bus.node && !link.holding) void this.#repair(session, link);
    }
  }

  #giveUp(session: SessionId, link: PeerLink): void {
    const {owner, room, position} = link;
    this.lost(session, link);
    if (owner === undefined || position === undefined) return;
    const {stream} = position;
    this.#options.owners.notice(owner, {room, session, what: 'ended', stream}).catch(() => undefined);
  }

  /** So that a resume does not look for the call again. */
  #left(session: SessionId): void {
    this.drop(session);
    this.#options.store.sessions.setCall(session, undefined).catch((error: unknown) => {
      // The next resume finds that the call is over.
      if (!outOfReach(error)) this.#options.onDefect(error, {session});
    });
  }
}
