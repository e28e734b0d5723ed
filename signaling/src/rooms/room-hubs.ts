import type {HubOptions} from '../hub.js';
import {ParleyError, type RoomId} from '@parley/protocol';
import type {Timer} from '../ports.js';
import {RoomHub, type RoomHubOptions} from './room-hub.js';

/** How long a room without local sessions is kept open: longer than a reconnect, so that churn costs no resubscription. */
const lingerMs = 5_000;

/** A reason for a room to stay open on this node. */
export interface RoomHold {
  readonly hub: RoomHub;
  /** Idempotent. */
  release(): void;
}

interface Opened {
  readonly opening: Promise<RoomHub>;
  hub: RoomHub | undefined;
  holds: number;
  linger: Timer | undefined;
}

type Release = (room: RoomId, opened: Opened) => void;

class Hold implements RoomHold {
  readonly hub: RoomHub;
  readonly #release: Release;
  /** Undefined once it is released. */
  #opened: Opened | undefined;

  constructor(hub: RoomHub, opened: Opened, release: Release) {
    this.hub = hub;
    this.#opened = opened;
    this.#release = release;
  }

  release(): void {
    const opened = this.#opened;
    if (!opened) return;
    this.#opened = undefined;
    this.#release(this.hub.room, opened);
  }
}

export interface RoomHubsOptions extends RoomHubOptions {
  readonly onDefect: HubOptions['onDefect'];
}

/** The rooms that are open on this node: each from its first hold until some seconds after its last. */
export class RoomHubs {
  readonly #options: RoomHubsOptions;
  readonly #open = new Map<RoomId, Opened>();
  /** A room is not opened again before it is closed: the store sees one subscription of a node at a time. */
  readonly #closing = new Map<RoomId, Promise<void>>();
  #closed = false;

  constructor(options: RoomHubsOptions) {
    this.#options = options;
  }

  /** Rooms that are open here. */
  get size(): number {
    return this.#open.size;
  }

  /** The room, if it is open here. */
  find(room: RoomId): RoomHub | undefined {
    return this.#open.get(room)?.hub;
  }

  /** Resolves once the room's subscription is confirmed. Rejects with `unavailable` while the store is away. */
  async hold(room: RoomId): Promise<RoomHold> {
    if (this.#closed) throw new ParleyError('draining');
    const opened = this.#open.get(room) ?? this.#begin(room);
    opened.holds += 1;
    opened.linger?.cancel();
    opened.linger = undefined;
    const hub = await opened.opening;
    return new Hold(hub, opened, this.#release);
  }

  /** Closes every room, however many holds it has. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#open];
    await Promise.allSettled(all.map(([room, opened]) => this.#close(room, opened)));
    await Promise.allSettled(this.#closing.values());
  }

  #begin(room: RoomId): Opened {
    const opened: Opened = {opening: this.#openAfterClosing(room), hub: undefined, holds: 0, linger: undefined};
    this.#open.set(room, opened);
    opened.opening.then(
      (hub) => {
        opened.hub = hub;
      },
      // Everyone who waits for it is refused; whoever comes next tries anew.
      () => {
        if (this.#open.get(room) === opened) this.#open.delete(room);
      },
    );
    return opened;
  }

  async #openAfterClosing(room: RoomId): Promise<RoomHub> {
    await this.#closing.get(room);
    return RoomHub.open(room, this.#options);
  }

  /** One function for all holds: there is a hold for every session in every room. */
  readonly #release: Release = (room, opened) => {
    opened.holds -= 1;
    if (opened.holds > 0 || this.#open.get(room) !== opened) return;
    opened.linger = this.#options.clock.after(lingerMs, () => void this.#close(room, opened));
  };

  #close(room: RoomId, opened: Opened): Promise<void> {
    opened.linger?.cancel();
    this.#open.delete(room);
    const closing = opened.opening
      .then((hub) => hub.close())
      .catch((error: unknown) => {
        this.#options.onDefect(error, {room});
      })
      .finally(() => this.#closing.delete(room));
    this.#closing.set(room, closing);
    return closing;
  }
}
