import {LimitReached, type RoomId} from '@parley/protocol';
import type {Connection, FeedEntry} from '../ports.js';
import {KeyedOrder} from '../rooms/keyed-order.js';
import type {RoomHold} from '../rooms/room-hubs.js';
import {storedJson} from '../rooms/wire-payload.js';

/** The rooms of one session on its connection. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #limit: number;
  readonly #onLeft: (room: RoomId) => void;
  readonly #holds = new Map<RoomId, RoomHold>();
  /** Rooms being joined: few at a time, and none most of the time. */
  #claims: readonly RoomId[] = [];
  readonly #order = new KeyedOrder<RoomId>();
  #over = false;

  /** @param options `onLeft` is called for each room that ends before the connection does. */
  constructor(connection: Connection, {limit, onLeft}: {limit: number; onLeft: (room: RoomId) => void}) {
    this.#connection = connection;
    this.#limit = limit;
    this.#onLeft = onLeft;
  }

  /** Rooms that the session is in, or about to be. */
  get rooms(): readonly RoomId[] {
    return [...this.#holds.keys(), ...this.#claims];
  }

  has(room: RoomId): boolean {
    return this.#holds.has(room);
  }

  /**
   * Joining, leaving and being removed from one room take turns, so that what was asked for last is what remains. To
   * be ended by the function that it resolves with: for a join only after `begin`.
   */
  turn(room: RoomId): Promise<() => void> {
    return this.#order.take(room);
  }

  /** Counts a join from its beginning, so that concurrent ones do not pass the limit together. Throws `too_many_rooms`. */
  claim(room: RoomId): void {
    if (this.#holds.has(room) || this.#claims.includes(room)) return;
    if (this.#holds.size + this.#claims.length >= this.#limit) throw new LimitReached('rooms_per_session');
    this.#claims = [...this.#claims, room];
  }

  /** The join failed, or has begun. */
  disclaim(room: RoomId): void {
    this.#claims = this.#claims.filter((claimed) => claimed !== room);
  }

  /**
   * Sends what was missed and subscribes, within this call; without knowing what was missed, it tells that continuity is
   * broken. Owns the hold from now on. A room that is subscribed already is begun anew.
   */
  begin(hold: RoomHold, missed: readonly FeedEntry[] | undefined): void {
    const {room} = hold.hub;
    this.disclaim(room);
    if (this.#over) {
      hold.release();
      return;
    }
    const former = this.#holds.get(room);
    former?.hub.unsubscribe(this.#connection);
    if (!missed) hold.hub.tellReset(this.#connection);
    else for (const entry of missed) this.#connection.sendJson(entry.name, storedJson(room, entry));
    hold.hub.subscribe(this.#connection);
    this.#holds.set(room, hold);
    former?.release();
  }

  end(room: RoomId): void {
    const hold = this.#holds.get(room);
    if (!hold) return;
    this.#holds.delete(room);
    hold.hub.unsubscribe(this.#connection);
    hold.release();
    if (!this.#over) this.#onLeft(room);
  }

  endAll(): void {
    this.#over = true;
    for (const room of [...this.#holds.keys()]) this.end(room);
  }
}
