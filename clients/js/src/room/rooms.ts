import {
  call,
  chat,
  isRetryable,
  ParleyError,
  presence,
  push,
  room as definitions,
  type PayloadOf,
  type Position,
  type RoomId,
} from '@parley/protocol';
import type {Clock} from '../clock.js';
import type {Inbound} from '../inbound.js';
import type {Ready} from '../session/attempt.js';
import {departureReason} from './departure-reason.js';
import {JoinedRoom} from './joined-room.js';
import {placed} from './placed.js';
import type {Push} from './room-events.js';
import type {RoomPort} from './room-port.js';
import type {Room} from './room.js';

const rejoinRetryMs = 1_000;

export interface JoinOptions {
  /**
   * Creates the room if there is none, and also if the one of this name was deleted (then without anything of it): leave it
   * out where a deleted room is to stay so. Default false.
   */
  readonly create?: boolean;
  /** Up to where the application has the room's events already: what was missed since is delivered. */
  readonly since?: Position;
}

export interface RoomsOptions {
  readonly clock: Clock;
  readonly inbound: Inbound;
  readonly room: (id: RoomId) => RoomPort;
  /** Pushes that belong to no joined room. */
  readonly onPush: (push: Push) => void;
  /** Presence of users that are followed one by one. */
  readonly onPresence: (told: Omit<PayloadOf<typeof presence.changed>, 'room'>) => void;
}

/** The rooms of the session: found for what arrives, and brought back after a connection was lost. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<RoomId, JoinedRoom>();
  readonly #entering = new Map<RoomId, Promise<Room>>();

  constructor(options: RoomsOptions) {
    this.#options = options;
    const {listen} = options.inbound;
    const told = (room: RoomId): JoinedRoom['told'] | undefined => this.#rooms.get(room)?.told;
    listen(definitions.reset, ({room, epoch, head}) => told(room)?.reset({epoch, offset: head}));
    listen(definitions.rights, ({room, ...rights}) => told(room)?.rights(rights));
    listen(definitions.removed, ({room, reason, by}) => {
      const isKept = reason === 'left' || reason === 'removed' || reason === 'expired' || reason === 'deleted';
      this.#rooms.get(room)?.ended(isKept ? reason : 'forbidden', undefined, by);
    });
    listen(chat.typingChanged, ({room, user, name, typing}) => told(room)?.typing({user, name, typing}));
    const presenceOf = (room: RoomId): JoinedRoom['presence'] | undefined => this.#rooms.get(room)?.presence;
    listen(presence.members, (present) => presenceOf(present.room)?.replace(present));
    listen(presence.counts, (counts) => presenceOf(counts.room)?.count(counts));
    listen(presence.changed, ({room, ...changed}) => {
      if (room === undefined) options.onPresence(changed);
      else presenceOf(room)?.change(changed);
    });
    listen(call.status, ({room, peers}) => told(room)?.call({peers}));
    listen(push.received, (received) => {
      const room = received.room === undefined ? undefined : told(received.room);
      if (room) room.push(received);
      else options.onPush(received);
    });
  }

  /** Up to where each joined room was delivered. */
  positions(): ReadonlyMap<RoomId, Position> {
    const known = [...this.#rooms].flatMap(([id, {position, state}]): [RoomId, Position][] =>
      position && (state.status === 'away' || state.status === 'joined') ? [[id, position]] : [],
    );
    return new Map(known);
  }

  async join(id: RoomId, options: JoinOptions): Promise<Room> {
    const room = this.#rooms.get(id);
    if (room && !room.isLeft) return this.#entering.get(id) ?? room;
    const fresh = new JoinedRoom(id, this.#options.room(id));
    this.#rooms.set(id, fresh);
    fresh.on('left', () => {
      if (this.#rooms.get(id) === fresh) this.#rooms.delete(id);
    });
    const entering = fresh.enter({...options, first: true}).then(
      () => fresh,
      (error: unknown) => {
        this.#end(fresh, error);
        throw error;
      },
    );
    this.#entering.set(id, entering);
    try {
      return await entering;
    } finally {
      if (this.#entering.get(id) === entering) this.#entering.delete(id);
    }
  }

  /** Puts a stored event into its room's order. False if it is none. */
  receive(name: string, payload: unknown): boolean {
    const event = placed(name, payload);
    if (event) {
      const room = this.#rooms.get(event.room);
      room?.receive(event);
      // There is nothing any more that what may be missing could be made up for with.
      if (event.name === definitions.deleted.name) room?.ended('deleted');
    }
    return event !== undefined;
  }

  /** A connection stands. Resolves once every room is back, or was refused. */
  async resume({resumed, rooms, deleted = []}: Ready): Promise<void> {
    const kept = new Map(resumed ? rooms.map((room) => [room.room, room]) : []);
    const rejoining: Promise<void>[] = [];
    for (const room of [...this.#rooms.values()]) {
      const entry = kept.get(room.id);
      // A join under way is repeated on the new connection by itself.
      if (room.state.status === 'joining') continue;
      if (entry) room.resumed(entry);
      else if (resumed) room.ended(deleted.includes(room.id) ? 'deleted' : 'left');
      else rejoining.push(this.#rejoin(room));
    }
    await Promise.all(rejoining);
  }

  away(): void {
    for (const room of this.#rooms.values()) room.away();
  }

  close(error: ParleyError): void {
    for (const room of [...this.#rooms.values()]) room.ended('closed', error);
  }

  async #rejoin(room: JoinedRoom): Promise<void> {
    try {
      await room.enter({since: room.position});
    } catch (error) {
      if (room.isLeft) return;
      if (!isRetryable(error)) {
        this.#end(room, error);
        return;
      }
      // Not awaited by `resume`: the other requests need not wait for this room any longer.
      this.#options.clock.after(error.retryAfterMs ?? rejoinRetryMs, () => {
        // Left meanwhile: joining now would undo that, behind the application's back.
        if (!room.isLeft) void this.#rejoin(room);
      });
    }
  }

  #end(room: JoinedRoom, error: unknown): void {
    const reason = error instanceof ParleyError ? error : new ParleyError('internal', {cause: error});
    room.ended(departureReason(reason), reason);
  }
}
