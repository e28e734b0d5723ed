import type {CallRight, Role} from '@parley/protocol';
import type {CallParts} from './call-parts.js';
import {Peer} from './call-state.js';
import type {Waiter} from './lobby.js';
import type {StreamPosition} from './peer-stream.js';
import type {Notice} from './words.js';

/** One stay of a session in the call: when it comes again, that is another. */
export interface Stay {
  readonly session: string;
  readonly stream: string;
}

/** What becomes of sessions that are in the call, or wait to be: all of it is asked and told within the call's mailbox. */
export class Attendance {
  readonly #parts: Pick<CallParts, 'state' | 'lobby' | 'roster' | 'producers' | 'channels'>;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  find(session: string): Peer | Waiter | undefined {
    return this.#parts.state.peers.get(session) ?? this.#parts.lobby.get(session);
  }

  /** To be compared with the directory. */
  get stays(): readonly Stay[] {
    return this.#all().map(({session, stream}) => ({session, stream: stream.position.stream}));
  }

  /** Where the session stands then; undefined if it is not in the call, or no longer. */
  notice({session, what, stream, role, rights}: Notice, node: string): StreamPosition | undefined {
    const {roster} = this.#parts;
    const one = this.find(session);
    if (one === undefined || (stream !== undefined && stream !== one.stream.position.stream)) return undefined;
    switch (what) {
      case 'here':
        this.#here(one, node);
        this.#standing(one, role, rights);
        break;
      case 'away':
        // From another node than the peer's it is old news, or a guess: the directory will tell.
        if (one.node === node) this.#away(one);
        break;
      case 'silent':
      case 'heard':
        if (one instanceof Peer && one.node === node) roster.heard(one, what === 'heard');
        break;
      case 'rights':
        this.#standing(one, role, rights);
        break;
      case 'ended':
      case 'leftRoom': {
        const reason = what === 'leftRoom' ? 'removed' : undefined;
        this.#remove(one, reason);
        return undefined;
      }
    }
    return one.stream.position;
  }

  /** What the directory says of a session that was in the call when it was asked; `gone` also if it is in another call. */
  reconcile({session, stream}: Stay, record: {state: 'connected' | 'away'; node: string} | 'gone'): void {
    const one = this.find(session);
    // It may have left and come back meanwhile: of that the directory has not spoken.
    if (one?.stream.position.stream !== stream) return;
    if (record === 'gone') this.#remove(one, 'removed');
    else if (record.state === 'connected') this.#here(one, record.node);
    else this.#away(one);
  }

  nodeGone(node: string): void {
    for (const one of this.#all()) if (one.node === node) this.#away(one);
  }

  #all(): readonly (Peer | Waiter)[] {
    return [...this.#parts.state.peers.values(), ...this.#parts.lobby.all];
  }

  #here(one: Peer | Waiter, node: string): void {
    if (one instanceof Peer) this.#parts.roster.here(one, node);
    else this.#parts.lobby.here(one, node);
  }

  #away(one: Peer | Waiter): void {
    if (one instanceof Peer) this.#parts.roster.away(one);
    else one.present = false;
  }

  #standing(one: Peer | Waiter, role: Role | undefined, rights: readonly CallRight[] | undefined): void {
    const {producers, channels, lobby} = this.#parts;
    if (role === undefined || rights === undefined) return;
    const mayLetIn = one.rights.includes('moderate');
    if (one instanceof Peer) {
      producers.limit(one, role, rights);
      if (!rights.includes('data')) channels.without(one, 'channels');
    } else lobby.standing(one, role, rights);
    if (one instanceof Peer && !mayLetIn && rights.includes('moderate')) lobby.tellAll(one);
  }

  #remove(one: Peer | Waiter, reason: 'removed' | undefined): void {
    if (one instanceof Peer) this.#parts.roster.remove(one, reason);
    else this.#parts.lobby.remove(one, reason);
  }
}
