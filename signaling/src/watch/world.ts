import type {RoomId, UserId} from '@parley/protocol';
import type {SessionRecord} from '../ports.js';
import type {SeenSession} from '../watches.js';
import {isSameSession} from './same-session.js';

/** What changed of one user at once. */
export interface Turn {
  /** 1, 2, 3 … without a hole. */
  readonly number: number;
  readonly at: number;
  readonly user: UserId;
  readonly before: readonly SeenSession[];
  readonly after: readonly SeenSession[];
  /** Calls whose first peer came by it, and whose last went. */
  readonly began: readonly RoomId[];
  readonly ended: readonly RoomId[];
}

export interface WorldOptions {
  /** Tells it apart from every other. */
  readonly id: string;
  /** Turns that are remembered. */
  readonly mostTurns: number;
}

/** As ids and lists are made, so that equal sessions look the same. */
const toSeen = ({session, user, name, device, node, state, rooms, call}: SessionRecord): SeenSession => ({
  session,
  user,
  name,
  ...(device !== undefined && {device}),
  node,
  state,
  rooms: [...rooms].sort(),
  ...(call !== undefined && {call}),
});

/**
 * Who has which sessions, in which rooms and calls, of all users that this node follows; and how it came to be so, as far
 * back as is remembered. It only ever moves forward: what was read of a user later takes the place of what was read before.
 */
export class World {
  readonly id: string;
  readonly #mostTurns: number;
  readonly #users = new Map<UserId, readonly SeenSession[]>();
  readonly #peers = new Map<RoomId, number>();
  #turns: Turn[] = [];
  #last = 0;

  constructor({id, mostTurns}: WorldOptions) {
    this.id = id;
    this.#mostTurns = mostTurns;
  }

  /** The number of the latest turn. */
  get last(): number {
    return this.#last;
  }

  /** Users who have sessions. */
  get size(): number {
    return this.#users.size;
  }

  get users(): Iterable<UserId> {
    return this.#users.keys();
  }

  /** A turn as if everybody had come just now: the calls are those that run. */
  state(at: number): readonly Turn[] {
    const turns = [...this.#users].map(([user, after]) => ({user, after, before: [], began: [], ended: []}));
    const calls = {user: '', before: [], after: [], began: [...this.#peers.keys()], ended: []};
    return [calls, ...turns].map((turn) => ({...turn, number: this.#last, at}));
  }

  /** Undefined if nothing changed. */
  take(user: UserId, records: readonly SessionRecord[], at: number): Turn | undefined {
    const before = this.#users.get(user) ?? [];
    const after = records.map(toSeen).sort((a, b) => (a.session < b.session ? -1 : 1));
    if (before.length === after.length && before.every((one, n) => isSameSession(one, after[n] ?? one)))
      return undefined;
    if (after.length === 0) this.#users.delete(user);
    else this.#users.set(user, after);
    const ended = this.#count(before, -1);
    const began = this.#count(after, 1);
    this.#last += 1;
    const turn: Turn = {
      number: this.#last,
      at,
      user,
      before,
      after,
      // Who only goes from one of their devices to another has not ended it.
      began: began.filter((room) => !ended.includes(room)),
      ended: ended.filter((room) => !began.includes(room)),
    };
    this.#turns.push(turn);
    if (this.#turns.length > this.#mostTurns * 2) this.#turns = this.#turns.slice(-this.#mostTurns);
    return turn;
  }

  /** What came after a turn; undefined if it is not remembered. */
  since(number: number): readonly Turn[] | undefined {
    if (number > this.#last || this.#last - number > this.#turns.length) return undefined;
    return number === this.#last ? [] : this.#turns.slice(number - this.#last);
  }

  /** The rooms whose calls begin or end by it. */
  #count(sessions: readonly SeenSession[], by: 1 | -1): readonly RoomId[] {
    const changed: RoomId[] = [];
    for (const {call} of sessions) {
      if (call === undefined) continue;
      const was = this.#peers.get(call) ?? 0;
      const is = was + by;
      if (is === 0) this.#peers.delete(call);
      else this.#peers.set(call, is);
      if (was === 0 || is === 0) changed.push(call);
    }
    return changed;
  }
}
