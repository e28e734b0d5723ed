import type {RoomId, SessionId, UserId} from '@parley/protocol';
import type {Identity} from '../hub.js';
import type {FinalEnding} from '../nodes/node-words.js';
import {Arrival} from './arrival.js';
import type {ConnectedSession} from './connected-session.js';

/** The sessions of this node: connected, or about to be. */
export class LocalSessions implements Iterable<ConnectedSession> {
  readonly #connected = new Map<SessionId, ConnectedSession>();
  readonly #arriving = new Map<SessionId, Set<Arrival>>();

  get size(): number {
    return this.#connected.size;
  }

  [Symbol.iterator](): Iterator<ConnectedSession> {
    return this.#connected.values();
  }

  find(session: SessionId): ConnectedSession | undefined {
    return this.#connected.get(session);
  }

  ofUser(user: UserId): readonly ConnectedSession[] {
    return [...this.#connected.values()].filter((session) => session.user === user);
  }

  /** Sessions on their way here, and tokens on their way to sessions. */
  get arriving(): readonly Arrival[] {
    return [...this.#arriving.values()].flatMap((arrivals) => [...arrivals]);
  }

  /** From now on the fate of the session and of its token is noted; until `forget`. */
  expect(session: SessionId, token: Identity): Arrival {
    const arrival = new Arrival(session, token);
    const others = this.#arriving.get(session);
    if (others) others.add(arrival);
    else this.#arriving.set(session, new Set([arrival]));
    return arrival;
  }

  forget(arrival: Arrival): void {
    const others = this.#arriving.get(arrival.session);
    if (others?.delete(arrival) && others.size === 0) this.#arriving.delete(arrival.session);
  }

  add(session: ConnectedSession): void {
    this.#connected.set(session.id, session);
  }

  remove(session: ConnectedSession): void {
    if (this.#connected.get(session.id) === session) this.#connected.delete(session.id);
  }

  /** The session has a connection of this generation, here or elsewhere: older ones are closed. */
  supersede(session: SessionId, generation: number): void {
    for (const arrival of this.#arriving.get(session) ?? []) arrival.supersede(generation);
    const connected = this.#connected.get(session);
    if (connected && connected.generation < generation) connected.end('replaced');
  }

  /** The session is over for good. False if it is not connected here. */
  end(session: SessionId, ending: FinalEnding, message?: string): boolean {
    for (const arrival of this.#arriving.get(session) ?? []) arrival.end(ending, message);
    const connected = this.#connected.get(session);
    connected?.end(ending, message === undefined ? {} : {message});
    return connected !== undefined;
  }

  /** The user left the room: sessions on their way here begin without it. */
  leaveWhileArriving(session: SessionId, room: RoomId): void {
    for (const arrival of this.#arriving.get(session) ?? []) arrival.left.add(room);
  }
}
