import {
  connect,
  openedPush,
  type ConnectionState,
  type Departure,
  ParleyError,
  type Parley,
  type Push,
  type Room,
} from '@parley/client';
import {call, room as definitions, type ErrorCode, type room as wire} from '@parley/protocol';
import {batch, computed, effect, signal, type ReadonlySignal} from '@preact/signals';
import {CallSeat} from './call-seat.js';
import {Conversation} from './conversation.js';
import {departureText} from './departure-text.js';
import {Devices, ownDeviceId, ownDeviceName} from './devices.js';
import {Notices} from './notices.js';
import {Notifications} from './notifications.js';
import {pushLine} from './push-fields.js';
import {RoomDirectory} from './room-directory.js';
import {roomIdFor} from './room-id.js';
import type {Stored} from './timeline.js';
import {textOf, type Toasts} from './toasts.js';

interface SpaceOptions {
  readonly urls: readonly string[];
  /** The room that the link names. */
  readonly firstRoom: string | undefined;
  readonly token: () => Promise<string>;
  readonly toasts: Toasts;
}

interface Me {
  readonly user: string;
  readonly name: string;
  readonly node: string;
  readonly calls: {readonly available: boolean; readonly reason?: string | undefined};
}

/** Where everybody meets who follows no link. */
const lobby = {room: 'lobby', title: 'Lobby'};

/** All that one signed-in person has in this tab: the connection, the rooms, and which of them is looked at. */
export class Space {
  readonly toasts: Toasts;
  readonly connection: ReadonlySignal<ConnectionState>;
  /** Who the server says this is; the last known while there is no connection. */
  readonly me: ReadonlySignal<Me | undefined>;
  readonly otherRooms: ReadonlySignal<readonly wire.RoomSummary[]>;
  /** Which call this tab is in. */
  readonly call: CallSeat;
  /** Where else the person is signed in. */
  readonly devices: Devices;
  readonly notices: Notices;
  /** While the page is closed. */
  readonly notifications: Notifications;
  /** Of all rooms together. */
  readonly unread = computed(() => this.#rooms.value.reduce((sum, room) => sum + room.unread.value, 0));
  /** The last thing said, for screen readers. */
  readonly announcement = signal('');
  readonly #parley: Parley;
  readonly #directory: RoomDirectory;
  readonly #rooms = signal<readonly Conversation[]>([]);
  readonly #selected = signal<Conversation | undefined>(undefined);
  readonly #endings: (() => void)[] = [];
  /** The session is that of an earlier life of the page, and may still be in a call that nobody sees any more. */
  #leftOver = false;

  constructor({urls, firstRoom, token, toasts}: SpaceOptions) {
    const [first = location.origin, ...others] = urls;
    this.toasts = toasts;
    this.call = new CallSeat(toasts);
    this.#parley = connect({
      url: [first, ...others],
      token,
      device: ownDeviceName(),
      deviceId: ownDeviceId(),
      storage: sessionStorage,
    });
    this.notices = new Notices();
    let wasConnected = false;
    const connection = signal<ConnectionState>(this.#parley.state);
    const me = signal<Me | undefined>(undefined);
    this.connection = connection;
    this.me = me;
    this.devices = new Devices(this.#parley, toasts);
    this.notifications = new Notifications(this.#parley);
    this.#directory = new RoomDirectory(this.#parley);
    this.otherRooms = computed(() => this.#directory.rooms.value.filter(({room}) => this.#open(room) === undefined));
    this.#endings.push(
      this.#parley.on('state', (state) => {
        batch(() => {
          connection.value = state;
          if (state.status === 'connected') me.value = state;
        });
        if (state.status === 'connected' && state.resumed && !wasConnected) this.#leftOver = true;
        wasConnected ||= state.status === 'connected';
        // Changes of the list of rooms are not made up for by a resume.
        if (state.status === 'connected') this.#refresh();
      }),
      this.#parley.on('push', (push) => {
        this.#showPush(push);
      }),
      effect(() => {
        document.title = this.unread.value > 0 ? `(${this.unread.value}) Parley` : 'Parley';
      }),
      whenOpened((room) => {
        void this.join(room).catch((error: unknown) => {
          toasts.show({tone: 'bad', title: `Joining ${room} failed.`, text: textOf(error)});
        });
      }),
      whenShown(() => {
        this.#selected.peek()?.reread();
        this.#directory.load();
      }),
    );
    void this.#begin(firstRoom);
  }

  get rooms(): ReadonlySignal<readonly Conversation[]> {
    return this.#rooms;
  }

  get selected(): ReadonlySignal<Conversation | undefined> {
    return this.#selected;
  }

  select(room: Conversation): void {
    if (this.#selected.peek() === room) return;
    this.#selected.peek()?.setReading(false);
    this.#selected.value = room;
  }

  /** Joins a room and looks at it. */
  async join(id: string): Promise<void> {
    this.select(await this.#enter(id));
  }

  /** Creates a room and looks at it. Rejects with `room_exists` if its name is taken. */
  async create(title: string): Promise<void> {
    const id = roomIdFor(title);
    await this.#parley.request(definitions.create, {room: id, title});
    await this.join(id);
  }

  /** Ends the membership. */
  async leave(conversation: Conversation): Promise<void> {
    await conversation.room.leave();
    this.#directory.load();
  }

  async close(): Promise<void> {
    this.call.leave();
    for (const end of this.#endings) end();
    for (const room of this.#rooms.value) room.close();
    this.devices.close();
    this.#directory.close();
    await this.#parley.close();
  }

  #open(id: string): Conversation | undefined {
    return this.#rooms.value.find((room) => room.id === id);
  }

  /** Into the room of the link, or where everybody meets; and into all rooms that the person is a member of already. */
  async #begin(linked: string | undefined): Promise<void> {
    const {room: first, title} = linked === undefined || linked === lobby.room ? lobby : {room: linked, title: linked};
    try {
      this.select(this.#show(await this.#joinOrCreate(first, title)));
      const joined = await this.#directory.joined();
      await Promise.all(joined.map(({room}) => this.#enter(room)));
    } catch (error) {
      // Closed for good: the banner says why.
      if (this.connection.peek().status === 'closed') return;
      this.toasts.show({tone: 'bad', title: `Joining ${title} failed.`, text: textOf(error)});
    }
  }

  async #joinOrCreate(id: string, title: string): Promise<Room> {
    try {
      return await this.#parley.join(id);
    } catch (error) {
      if (!hasCode(error, 'unknown_room')) throw error;
    }
    await this.#parley.request(definitions.create, {room: id, title}).catch((error: unknown) => {
      // Somebody else was faster.
      if (!hasCode(error, 'room_exists')) throw error;
    });
    return this.#parley.join(id);
  }

  async #enter(id: string): Promise<Conversation> {
    const room = await this.#parley.join(id);
    return this.#open(id) ?? this.#show(room);
  }

  /** @param lost The conversation whose place it takes. */
  #show(room: Room, lost?: Conversation): Conversation {
    const surroundings = {
      me: this.me,
      toasts: this.toasts,
      onNews: (where: Conversation, event: Stored) => {
        this.#news(where, event);
      },
      onPush: (push: Push) => {
        this.#showPush(push);
      },
      onLeft: (where: Conversation, departure: Departure) => {
        this.#left(where, departure);
      },
    };
    const conversation = new Conversation(room, surroundings, lost);
    // If this fails the call is left when its media is missed.
    if (this.#leftOver) this.#parley.request(call.leave, {room: room.id}).catch(() => undefined);
    const others = this.#rooms.value.filter((one) => one !== lost);
    batch(() => {
      this.#rooms.value = [...others, conversation].toSorted((a, b) => a.title.localeCompare(b.title));
      if (lost !== undefined && this.#selected.peek() === lost) this.#selected.value = conversation;
    });
    return conversation;
  }

  #news(room: Conversation, {kind, event}: Stored): void {
    if (kind === 'member' || kind === 'settings' || (kind === 'message' && event.from === this.me.peek()?.user)) return;
    const looked = this.#selected.peek() === room && room.isRead;
    if (!looked) room.unread.value++;
    const where = this.#selected.peek() === room ? '' : ` in ${room.title}`;
    this.announcement.value =
      kind === 'message' ? `${event.name}${where}: ${event.text}` : `Push${where}: ${event.topic}`;
  }

  #left(room: Conversation, departure: Departure): void {
    const {reason} = departure;
    this.call.roomClosed(room);
    room.close();
    // The connection ended for good: what was said can still be read, and the banner says what to do.
    if (reason === 'closed') return;
    if (reason === 'unknown_room') {
      // A server that keeps everything in memory forgets its rooms with a restart: it is told of those in use again.
      this.#joinOrCreate(room.id, room.title).then(
        (again) => this.#show(again, room),
        (error: unknown) => {
          this.#remove(room, textOf(error));
        },
      );
    } else this.#remove(room, departureText(departure, room.members.nameOf));
  }

  #remove(room: Conversation, why: string | undefined): void {
    batch(() => {
      this.#rooms.value = this.#rooms.value.filter((one) => one !== room);
      if (this.#selected.peek() === room) this.#selected.value = this.#rooms.value[0];
    });
    if (why !== undefined) {
      this.toasts.show({tone: 'bad', title: `You are no longer in ${room.title}.`, text: why});
    }
  }

  #refresh(): void {
    this.#directory.load();
  }

  /** What was stored for the user may be about what happened while they were away: it stays until it is put away. */
  #showPush(push: Push): void {
    if (push.expiresAt !== undefined) {
      this.notices.add(push);
      return;
    }
    const {topic, data} = push;
    this.toasts.show({tone: 'info', title: topic, text: pushLine(data)});
  }
}

const hasCode = (error: unknown, code: ErrorCode): boolean => error instanceof ParleyError && error.code === code;

/** A notification of a room was clicked on. */
function whenOpened(open: (room: string) => void): () => void {
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
  const listener = ({data}: MessageEvent<unknown>): void => {
    const room = openedPush(data)?.room;
    if (room !== undefined) open(room);
  };
  container?.addEventListener('message', listener);
  return () => container?.removeEventListener('message', listener);
}

/** Calls `back` whenever the tab comes to the front again. */
function whenShown(back: () => void): () => void {
  const listener = (): void => {
    if (document.visibilityState === 'visible') back();
  };
  document.addEventListener('visibilitychange', listener);
  return () => {
    document.removeEventListener('visibilitychange', listener);
  };
}
