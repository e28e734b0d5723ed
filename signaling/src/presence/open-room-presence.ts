import {isRetryable, room as wire, type PayloadOf, type RoomId, type UserId} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {FeedEntry, RoomDirectory, Timer} from '../ports.js';
import type {RoomHold, RoomHubs} from '../rooms/room-hubs.js';
import {RoomPresence, type RoomPresenceOptions} from './room-presence.js';

export interface OpenRoomPresenceOptions extends RoomPresenceOptions {
  readonly hubs: RoomHubs;
  readonly rooms: Pick<RoomDirectory, 'members'>;
  readonly onDefect: HubOptions['onDefect'];
}

/** Members that are read at a time: the presence of one page is read before the next is asked for. */
const pageSize = 500;
/** How soon the members are read again if the store refused. */
const retryMs = 1_000;

/** A room's presence that is kept current: its members by the room's feed, their presence by the board. */
export class OpenRoomPresence {
  readonly presence: RoomPresence;
  readonly #options: OpenRoomPresenceOptions;
  readonly #hold: RoomHold;
  readonly #stop: () => void;
  /** Who joined or left while the members are being read: the pages may be older. */
  readonly #since = new Map<UserId, 'joined' | 'left'>();
  #reading: Promise<void> = Promise.resolve();
  #retry: Timer | undefined;
  #closed = false;

  /** Resolves when every member's presence is known. Rejects with the store's refusal. */
  static async open(room: RoomId, options: OpenRoomPresenceOptions): Promise<OpenRoomPresence> {
    // The room's feed is followed before its members are read, so that nobody joins or leaves in between.
    const open = new OpenRoomPresence(await options.hubs.hold(room), room, options);
    try {
      await open.#read();
    } catch (error) {
      open.close();
      throw error;
    }
    open.presence.begin();
    return open;
  }

  private constructor(hold: RoomHold, room: RoomId, options: OpenRoomPresenceOptions) {
    this.presence = new RoomPresence(room, options);
    this.#options = options;
    this.#hold = hold;
    this.#stop = hold.hub.listen({
      onEntry: (entry) => {
        this.#take(entry);
      },
      onReset: () => {
        this.#readAgain();
      },
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry?.cancel();
    this.#stop();
    this.presence.close();
    this.#hold.release();
  }

  #take(entry: FeedEntry): void {
    if (entry.name !== wire.member.name) return;
    // What is in the feed was made by a node of this cluster.
    const {user, change} = entry.data as Pick<PayloadOf<typeof wire.member>, 'user' | 'change'>;
    switch (change) {
      case 'joined':
        this.#since.set(user, 'joined');
        this.presence.addMember(user);
        break;
      case 'left':
      case 'removed':
        this.#since.set(user, 'left');
        this.presence.removeMember(user);
        break;
      case 'role':
    }
  }

  async #read(): Promise<void> {
    const {rooms, board} = this.#options;
    this.#since.clear();
    const found = new Set<UserId>();
    let after: string | undefined;
    do {
      const page = await rooms.members(this.presence.room, {...(after !== undefined && {after}), limit: pageSize});
      if (this.#closed) return;
      for (const {user} of page.members) {
        found.add(user);
        if (this.#since.get(user) !== 'left') this.presence.addMember(user);
      }
      await board.refresh();
      after = page.more ? page.members.at(-1)?.user : undefined;
    } while (after !== undefined);
    for (const user of [...this.presence.members])
      if (!found.has(user) && this.#since.get(user) !== 'joined') this.presence.removeMember(user);
    this.#since.clear();
  }

  /** The feed's continuity is lost: who joined or left meanwhile was not heard. */
  #readAgain(): void {
    this.#reading = this.#reading.then(async () => {
      if (this.#closed) return;
      try {
        await this.#read();
      } catch (error) {
        const {clock, onDefect} = this.#options;
        if (!isRetryable(error)) onDefect(error, {room: this.presence.room});
        this.#retry ??= clock.after(retryMs, () => {
          this.#retry = undefined;
          this.#readAgain();
        });
      }
    });
  }
}
