import {call as wire, ParleyError, type PayloadOf} from '@parley/protocol';
import type {Clock, Ids, MediaRoom} from '../ports.js';
import type {Allowance} from './allowance.js';
import {Peer, type Arrival, type CallState} from './call-state.js';
import type {Changes} from './changes.js';
import type {Entry} from './entry.js';
import type {Ghosts} from './ghosts.js';
import type {Offers} from './offers.js';
import type {Outbox} from './outbox.js';
import type {PeerTimes} from './peer-times.js';
import type {Profiles} from './profiles.js';
import type {Transports} from './transports.js';

export interface RosterOptions {
  readonly state: CallState;
  readonly media: Pick<MediaRoom, 'fullForMs'>;
  readonly outbox: Outbox;
  readonly changes: Changes;
  readonly offers: Offers;
  readonly transports: Transports;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly entry: Entry;
  readonly allowance: Allowance;
  readonly profiles: Profiles;
  readonly times: PeerTimes;
  readonly ghosts: Ghosts;
  readonly onJoined: (peer: Peer) => void;
  /** It came again after it was told that it moved: this is what it was before. */
  readonly onCameAgain: (before: Peer) => void;
  /** All of it is closed. */
  readonly onLeft: (peer: Peer) => void;
  /** There are more or fewer peers than before. */
  readonly onCount: (delta: number) => void;
}

/** Who is in the call, and whether they are there at this moment. */
export class Roster {
  readonly #options: RosterOptions;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Lets a session in. The same `joinId` again is the same peer; another one is a new beginning of it. */
  join(arrival: Arrival): Peer {
    const {state, changes, clock, ids, entry, allowance, profiles, times, onJoined, onCount} = this.#options;
    const known = state.peers.get(arrival.session);
    if (known?.joinId === arrival.joinId) {
      this.here(known, arrival.node);
      return known;
    }
    if (known?.moving === true) return this.#comeAgain(known, arrival);
    if (known === undefined) {
      entry.require(arrival);
      this.#requireRoom();
    } else this.remove(known);
    allowance.requirePlace();
    const peer = new Peer(arrival, clock.now(), ids.id());
    profiles.restore(peer);
    state.peers.set(peer.session, peer);
    entry.came(peer);
    times.joined(peer);
    changes.peerChanged(peer, 'joined');
    onCount(1);
    onJoined(peer);
    return peer;
  }

  /** For the others it was never away. */
  #comeAgain(before: Peer, arrival: Arrival): Peer {
    const {state, offers, transports, ids, entry, profiles, times, ghosts, onCameAgain} = this.#options;
    offers.forget(before);
    ghosts.forget(before);
    transports.leaveBehind(before);
    before.present = false;
    const peer = new Peer(arrival, before.joinedAt, ids.id());
    peer.told = before.told;
    profiles.restore(peer);
    state.peers.set(peer.session, peer);
    entry.came(peer);
    times.joined(peer);
    onCameAgain(before);
    this.refresh(peer);
    return peer;
  }

  /** Throws `overloaded` while no media worker can take another peer. */
  #requireRoom(): void {
    const {fullForMs: retryAfterMs} = this.#options.media;
    if (retryAfterMs === undefined) return;
    throw new ParleyError('overloaded', {message: 'The media workers carry as much as they can.', retryAfterMs});
  }

  /** Closes everything of the peer and tells the others; the peer itself is told `reason`, if there is one. */
  remove(peer: Peer, reason?: PayloadOf<typeof wire.closed>['reason']): void {
    const {state, outbox, changes, offers, transports, profiles, ghosts, onLeft, onCount} = this.#options;
    if (state.peers.get(peer.session) !== peer) return;
    // No longer in the state: it is told nothing of what is closed now but the end of it all.
    state.peers.delete(peer.session);
    offers.forget(peer);
    ghosts.forget(peer);
    if (reason !== undefined) outbox.tell(peer, wire.closed, {room: state.room, reason});
    peer.present = false;
    for (const transport of [...peer.transports.values()]) transports.drop(peer, transport);
    transports.dropFormer(peer);
    profiles.forget(peer);
    changes.peerChanged(peer, 'left');
    onLeft(peer);
    onCount(-1);
  }

  /** Its media is gone through no doing of its own: it is told so, and what is noted of it kept for when it joins again. */
  lose(peer: Peer): void {
    this.#options.profiles.expectBack(peer);
    this.remove(peer, 'lost');
  }

  /**
   * The node that carries its media is leaving: it is told to come again, and until it has, everything of it stays. For the
   * others it is in the call all the while.
   */
  move(peer: Peer): void {
    const {state, outbox, profiles} = this.#options;
    if (state.peers.get(peer.session) !== peer || peer.moving) return;
    peer.moving = true;
    profiles.expectBack(peer);
    outbox.tell(peer, wire.closed, {room: state.room, reason: 'moved'});
  }

  /** Signaling reaches the peer, through this node. */
  here(peer: Peer, node: string): void {
    const back = !peer.present;
    // The word of another node, or of an earlier connection, holds no longer.
    if (back || peer.node !== node) peer.responsive = true;
    peer.node = node;
    peer.present = true;
    this.refresh(peer);
    if (back) this.#options.offers.look(peer);
  }

  away(peer: Peer): void {
    if (!peer.present) return;
    peer.present = false;
    this.refresh(peer);
  }

  /** Its client, still connected to its node, answers or does not. What is for it goes on being sent there. */
  heard(peer: Peer, responsive: boolean): void {
    peer.responsive = responsive;
    this.refresh(peer);
  }

  /** Tells the others if the peer's state is another than they know. */
  refresh(peer: Peer): void {
    const {state, changes, times, ghosts} = this.#options;
    if (state.peers.get(peer.session) !== peer) return;
    ghosts.look(peer);
    const now = peer.state;
    if (now === peer.told) return;
    peer.told = now;
    times.told(peer, now);
    changes.peerChanged(peer, now);
  }
}
