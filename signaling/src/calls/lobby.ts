import {
  call as wire,
  hasCode,
  ParleyError,
  people,
  type CallRight,
  type Role,
  type RoomId,
  type SessionId,
} from '@parley/protocol';
import type {Clock, Ids} from '../ports.js';
import type {CallState, Comer, Peer} from './call-state.js';
import type {Entry} from './entry.js';
import type {Outbox} from './outbox.js';
import {PeerStream} from './peer-stream.js';

/** More than a moderator looks through; who comes later may knock when some of them were let in. */
const mostWaiting = 500;

/** A session that asked to be let in. Once it is `admitted` it may join, and is still told what becomes of the call. */
export class Waiter {
  readonly session: SessionId;
  readonly user: string;
  readonly name: string;
  readonly since: number;
  readonly stream: PeerStream;
  role: Role;
  rights: readonly CallRight[];
  state: 'waiting' | 'admitted' = 'waiting';
  node: string;
  present = true;

  constructor({session, user, name, node, role, rights}: Comer, since: number, streamId: string) {
    this.session = session;
    this.user = user;
    this.name = name;
    this.node = node;
    this.role = role;
    this.rights = rights;
    this.since = since;
    this.stream = new PeerStream(streamId);
  }
}

export interface LobbyOptions {
  readonly room: RoomId;
  readonly state: CallState;
  readonly entry: Entry;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly ids: Ids;
  /** There are more or fewer who wait than before. */
  readonly onCount: () => void;
}

/** Those who wait to be let in, and what is decided of them. */
export class Lobby {
  readonly #options: LobbyOptions;
  readonly #waiters = new Map<SessionId, Waiter>();

  constructor(options: LobbyOptions) {
    this.#options = options;
  }

  get(session: SessionId): Waiter | undefined {
    return this.#waiters.get(session);
  }

  get all(): Iterable<Waiter> {
    return this.#waiters.values();
  }

  /** How many wait still. */
  get waiting(): number {
    return this.#waiting().length;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** The summaries that who may let them in is shown. */
  get summaries(): people.WaitingSummary[] {
    return this.#waiting().map(({session, user, name, since}) => ({session, user, name, since}));
  }

  /** Undefined if the session may join without waiting. */
  knock(comer: Comer): Waiter | undefined {
    const {entry, state, clock, ids} = this.#options;
    if (state.peers.has(comer.session)) throw new ParleyError('conflict', {message: 'The session is in the call.'});
    const known = this.#waiters.get(comer.session);
    if (known !== undefined) {
      this.here(known, comer.node);
      known.role = comer.role;
      known.rights = comer.rights;
    }
    try {
      entry.require(comer);
    } catch (thrown) {
      if (!hasCode(thrown, 'call_lobby')) throw thrown;
      if (known !== undefined) return known;
      if (this.#waiters.size >= mostWaiting) throw new ParleyError('call_full', {message: 'Too many wait already.'});
      const waiter = new Waiter(comer, clock.now(), ids.id());
      this.#waiters.set(comer.session, waiter);
      this.#changed(waiter, 'waiting');
      return waiter;
    }
    if (known?.state === 'waiting') this.#letIn(known);
    return known;
  }

  here(waiter: Waiter, node: string): void {
    waiter.node = node;
    waiter.present = true;
  }

  /** It is something else in the room, and may do other things in calls. */
  standing(waiter: Waiter, role: Role, rights: readonly CallRight[]): void {
    waiter.role = role;
    waiter.rights = rights;
    this.review();
  }

  /** Tells a peer, who may let others in from now on, who waits. */
  tellAll(peer: Peer): void {
    const {outbox, room} = this.#options;
    for (const summary of this.summaries) outbox.tell(peer, people.waiting, {room, ...summary, change: 'waiting'});
  }

  admit(sessions: 'all' | readonly SessionId[]): void {
    for (const waiter of this.#named(sessions)) {
      this.#options.entry.admit(waiter.user);
      this.#letIn(waiter);
    }
    // Other sessions of the same users.
    this.review();
  }

  deny(sessions: 'all' | readonly SessionId[]): void {
    for (const waiter of this.#named(sessions)) {
      this.#options.entry.deny(waiter.user);
      this.remove(waiter, 'denied');
    }
  }

  /** Lets those in whom nothing keeps out any more. */
  review(): void {
    for (const waiter of this.#waiting()) {
      try {
        this.#options.entry.require(waiter);
      } catch {
        continue;
      }
      this.#letIn(waiter);
    }
  }

  /** It waits no longer: because it joined or went away, or for the `reason` that it is told. */
  remove(waiter: Waiter, reason?: 'denied' | 'removed'): void {
    if (this.#waiters.get(waiter.session) !== waiter) return;
    this.#waiters.delete(waiter.session);
    const {outbox, room} = this.#options;
    if (reason !== undefined) outbox.tell(waiter, wire.closed, {room, reason});
    if (waiter.state === 'waiting') this.#changed(waiter, 'gone');
  }

  clear(): void {
    this.#waiters.clear();
  }

  #letIn(waiter: Waiter): void {
    const {outbox, room} = this.#options;
    waiter.state = 'admitted';
    outbox.tell(waiter, people.admitted, {room});
    this.#changed(waiter, 'gone');
  }

  #waiting(): readonly Waiter[] {
    return [...this.#waiters.values()].filter(({state}) => state === 'waiting');
  }

  #named(sessions: 'all' | readonly SessionId[]): readonly Waiter[] {
    return this.#waiting().filter(({session}) => sessions === 'all' || sessions.includes(session));
  }

  #changed({session, user, name, since}: Waiter, change: 'waiting' | 'gone'): void {
    const {outbox, room, onCount} = this.#options;
    outbox.toModerators(people.waiting, {room, session, user, name, since, change});
    onCount();
  }
}
