import {connect, type ConnectionState, type Departure, type Parley, type Push, type Room} from '@parley/client';
import {call, hasCode, room as definitions, type room as wire} from '@parley/protocol';
import {batch, computed, effect, signal, type ReadonlySignal} from '@preact/signals';
import {CallSeat} from './call-seat.js';
import {Conversation} from './conversation.js';
import {deletedNote, departureNote} from './departure-note.js';
import {Devices, ownDeviceId, ownDeviceName} from './devices.js';
import {joinOrCreate} from './join-or-create.js';
import {Notices} from './notices.js';
import {Notifications} from './notifications.js';
import {whenOpened, whenShown} from './page-moments.js';
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
  readonly #deleted = signal<string | undefined>(undefined);
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
          this.#notEntered(room, error);
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

  /** The title of the room that was looked at, or was to be, and is no more; until another is chosen. */
  get deleted(): ReadonlySignal<string | undefined> {
    return this.#deleted;
  }

  select(room: Conversation): void {
    if (this.#selected.peek() === room) return;
    this.#selected.peek()?.setReading(false);
    batch(() => {
      this.#selected.value = room;
      this.#deleted.value = undefined;
    });
  }

  /** Joins a room and looks at it. */
  async join(id: string): Promise<void> {
    try {
      this.select(await this.#enter(id));
    } catch (error) {
      // It may be listed still.
      if (hasCode(error, 'room_deleted')) this.#directory.load();
      throw error;
    }
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
      this.select(this.#show(await joinOrCreate(this.#parley, first, title)));
    } catch (error) {
      if (hasCode(error, 'room_deleted')) this.#deleted.value = title;
      else this.#notEntered(title, error);
    }
    const joined = await this.#directory.joined().catch(() => []);
    await Promise.all(
      joined.map((one) =>
        this.#enter(one.room).catch((error: unknown) => {
          this.#notEntered(one.title, error);
        }),
      ),
    );
  }

  #notEntered(title: string, error: unknown): void {
    // Closed for good: the banner says why.
    if (this.connection.peek().status === 'closed') return;
    const isDeleted = hasCode(error, 'room_deleted');
    this.toasts.show(
      isDeleted ? deletedNote(title) : {tone: 'bad', title: `Joining ${title} failed.`, text: textOf(error)},
    );
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
      joinOrCreate(this.#parley, room.id, room.title).then(
        (again) => this.#show(again, room),
        (error: unknown) => {
          this.#remove(room, {reason: textOf(error)});
        },
      );
    } else this.#remove(room, departure);
  }

  /** In the place of a deleted room that was looked at stands that it was, and no other one: whoever comes back sees why. */
  #remove(room: Conversation, departure: Departure): void {
    const isLooked = this.#selected.peek() === room;
    const isDeleted = departure.reason === 'deleted';
    batch(() => {
      this.#rooms.value = this.#rooms.value.filter((one) => one !== room);
      if (isLooked) this.#selected.value = isDeleted ? undefined : this.#rooms.value[0];
      if (isLooked && isDeleted) this.#deleted.value = room.title;
    });
    if (isDeleted) this.#directory.load();
    const note = departureNote(departure, room.title, room.members.nameOf);
    if (note !== undefined && !(isLooked && isDeleted)) this.toasts.show(note);
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
