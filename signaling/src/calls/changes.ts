import {call as wire, type PayloadOf} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import {largeCall, type CallProducer, type CallState, type Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';

/** In a large call a peer is told of the others four times a second at most. */
const windowMs = 250;
/** Keeps an event well below what a connection takes in one frame. */
const changesPerEvent = 200;

export interface ChangesOptions {
  readonly state: CallState;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

type PeerChange = PayloadOf<typeof wire.peer>['change'];

interface Noted {
  readonly number: number;
  /** Whose it is, who need not be told. */
  readonly subject: Peer | undefined;
  readonly change: wire.CallChange;
}

/** Changes of peers and of what they publish, told to the others: at once in a small call, gathered in a large one. */
export class Changes {
  readonly #options: ChangesOptions;
  /** Up to where each peer knows them by a snapshot. */
  readonly #known = new WeakMap<Peer, number>();
  #noted: Noted[] = [];
  #last = 0;
  #telling: Timer | undefined;

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  /** To all others. */
  peerChanged(peer: Peer, change: Exclude<PeerChange, 'updated'>): void {
    const {session, user, name} = peer;
    const profile = change === 'joined' ? {profile: peer.profile} : {};
    this.#add(peer, {peer: session, user, name, change, ...profile, at: this.#options.clock.now()});
  }

  /** Another name or profile of a peer, to all: it need not have been its own doing. */
  peerUpdated({session, user, name, profile}: Peer): void {
    const at = this.#options.clock.now();
    this.#add(undefined, {peer: session, user, name, change: 'updated', profile, at});
  }

  /** To all but its own peer. */
  producerChanged({id, peer, kind, source}: CallProducer, change: PayloadOf<typeof wire.producer>['change']): void {
    this.#add(peer, {producer: id, peer: peer.session, kind, source, change});
  }

  /** The peer is given the whole state in this turn: what is noted by now is in it. */
  knows(peer: Peer): void {
    this.#known.set(peer, this.#last);
  }

  close(): void {
    this.#telling?.cancel();
  }

  /** To all but the subject, if there is one. */
  #add(subject: Peer | undefined, change: wire.CallChange): void {
    const {state, clock} = this.#options;
    if (this.#noted.length === 0 && state.peers.size <= largeCall) {
      for (const peer of state.peers.values()) if (peer.session !== subject?.session) this.#tellOne(peer, change);
      return;
    }
    this.#last += 1;
    this.#noted.push({number: this.#last, subject, change});
    this.#telling ??= clock.after(windowMs, () => {
      this.#telling = undefined;
      this.#options.mailbox
        .post(() => {
          this.#tellAll();
        })
        .catch(this.#options.onDefect);
    });
  }

  #tellAll(): void {
    const {state, outbox} = this.#options;
    const noted = this.#noted;
    this.#noted = [];
    for (const peer of state.peers.values()) {
      const known = this.#known.get(peer) ?? 0;
      const changes = noted
        .filter(({number, subject}) => number > known && subject?.session !== peer.session)
        .map(({change}) => change);
      for (let from = 0; from < changes.length; from += changesPerEvent) {
        outbox.tell(peer, wire.changes, {room: state.room, changes: changes.slice(from, from + changesPerEvent)});
      }
    }
  }

  #tellOne(peer: Peer, change: wire.CallChange): void {
    const {state, outbox} = this.#options;
    const {room} = state;
    if ('producer' in change) outbox.tell(peer, wire.producer, {room, ...change});
    else outbox.tell(peer, wire.peer, {room, ...change});
  }
}
