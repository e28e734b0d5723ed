import type {RoomId} from '@parley/protocol';
import type {Timer} from '../ports.js';
import {OpenRoomPresence, type OpenRoomPresenceOptions} from './open-room-presence.js';
import type {RoomPresence} from './room-presence.js';

/** How long a room's presence is kept current without followers: longer than a reconnect, which would read all of it anew. */
const lingerMs = 10_000;

interface Opened {
  readonly opening: Promise<OpenRoomPresence>;
  holds: number;
  linger: Timer | undefined;
}

/** A reason to keep a room's presence current on this node. */
export interface RoomPresenceHold {
  readonly presence: RoomPresence;
  /** To be called once. */
  release(): void;
}

/** The rooms whose presence somebody on this node follows: each is read once, for all of them. */
export class RoomPresences {
  readonly #options: OpenRoomPresenceOptions;
  readonly #open = new Map<RoomId, Opened>();
  #closed = false;

  constructor(options: OpenRoomPresenceOptions) {
    this.#options = options;
  }

  async hold(room: RoomId): Promise<RoomPresenceHold> {
    const opened = this.#open.get(room) ?? this.#begin(room);
    opened.holds += 1;
    opened.linger?.cancel();
    opened.linger = undefined;
    const {presence} = await opened.opening;
    return {
      presence,
      release: () => {
        this.#release(room, opened);
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#open];
    for (const [room, opened] of all) this.#close(room, opened);
    await Promise.allSettled(all.map(([, {opening}]) => opening));
  }

  #begin(room: RoomId): Opened {
    const opening = OpenRoomPresence.open(room, this.#options);
    const opened: Opened = {opening, holds: 0, linger: undefined};
    this.#open.set(room, opened);
    // Everyone who waits for it is refused; whoever comes next tries anew.
    opening.catch(() => {
      if (this.#open.get(room) === opened) this.#open.delete(room);
    });
    return opened;
  }

  #release(room: RoomId, opened: Opened): void {
    opened.holds -= 1;
    if (opened.holds > 0 || this.#closed || this.#open.get(room) !== opened) return;
    opened.linger = this.#options.clock.after(lingerMs, () => {
      this.#close(room, opened);
    });
  }

  #close(room: RoomId, opened: Opened): void {
    opened.linger?.cancel();
    if (this.#open.get(room) === opened) this.#open.delete(room);
    opened.opening.then(
      (open) => {
        open.close();
      },
      () => undefined,
    );
  }
}
