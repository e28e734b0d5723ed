import {connect, type ConnectionState, type Parley, type Push} from '@parley/client';
import {room as definitions, type room as wire} from '@parley/protocol';
import {batch, computed, effect, signal, type ReadonlySignal} from '@preact/signals';
import {CallSeat} from './call-seat.js';
import {Conversation} from './conversation.js';
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
const lobby = 'lobby';

/** All that one signed-in person has in this tab: the connection, the rooms, and which of them is looked at. */
export class Space {
  readonly toasts: Toasts;
  readonly connection: ReadonlySignal<ConnectionState>;
  /** Who the server says this is; the last known while there is no connection. */
  readonly me: ReadonlySignal<Me | undefined>;
  readonly otherRooms: ReadonlySignal<readonly wire.RoomSummary[]>;
  /** Which call this tab is in. */
  readonly call: CallSeat;
  /** Of all rooms together. */
  readonly unread = computed(() => this.#rooms.value.reduce((sum, room) => sum + room.unread.value, 0));
  /** The last thing said, for screen readers. */
  readonly announcement = signal('');
  readonly #parley: Parley;
  readonly #directory: RoomDirectory;
  readonly #rooms = signal<readonly Conversation[]>([]);
  readonly #selected = signal<Conversation | undefined>(undefined);
  readonly #endings: (() => void)[] = [];

  constructor({urls, firstRoom, token, toasts}: SpaceOptions) {
    const [first = location.origin, ...others] = urls;
    this.toasts = toasts;
    this.call = new CallSeat(toasts);
    this.#parley = connect({url: [first, ...others], token, device: 'Browser', storage: sessionStorage});
    const connection = signal<ConnectionState>(this.#parley.state);
    const me = signal<Me | undefined>(undefined);
    this.connection = connection;
    this.me = me;
    this.#directory = new RoomDirectory(this.#parley);
    this.otherRooms = computed(() => this.#directory.rooms.value.filter(({room}) => this.#open(room) === undefined));
    this.#endings.push(
      this.#parley.on('state', (state) => {
        batch(() => {
          connection.value = state;
          if (state.status === 'connected') me.value = state;
        });
        // Changes of presence and of the list of rooms are not made up for by a resume.
        if (state.status === 'connected') this.#refresh();
      }),
      this.#parley.on('push', (push) => {
        this.#showPush(push);
      }),
      effect(() => {
        document.title = this.unread.value > 0 ? `(${this.unread.value}) Parley` : 'Parley';
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
  async join(id: string, options: {readonly create?: boolean} = {}): Promise<void> {
    this.select(await this.#enter(id, options));
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
    this.#directory.close();
    await this.#parley.close();
  }

  #open(id: string): Conversation | undefined {
    return this.#rooms.value.find((room) => room.id === id);
  }

  /** Into the room of the link, or where everybody meets; and into all rooms that the person is a member of already. */
  async #begin(firstRoom = lobby): Promise<void> {
    try {
      await this.join(firstRoom, {create: true});
      const joined = await this.#directory.joined();
      await Promise.all(joined.map(({room}) => this.#enter(room)));
    } catch (error) {
      // Closed for good: the banner says why.
      if (this.connection.peek().status === 'closed') return;
      this.toasts.show({tone: 'bad', title: `Joining ${firstRoom} failed.`, text: textOf(error)});
    }
  }

  async #enter(id: string, options: {readonly create?: boolean} = {}): Promise<Conversation> {
    const room = await this.#parley.join(id, options);
    const known = this.#open(id);
    if (known !== undefined) return known;
    const conversation = new Conversation(room, {
      me: this.me,
      toasts: this.toasts,
      onNews: (where, event) => {
        this.#news(where, event);
      },
      onPush: (push) => {
        this.#showPush(push);
      },
      onLeft: (where, reason) => {
        this.#left(where, reason);
      },
    });
    this.#rooms.value = [...this.#rooms.value, conversation].toSorted((a, b) =>
      a.title.value.localeCompare(b.title.value),
    );
    return conversation;
  }

  #news(room: Conversation, {kind, event}: Stored): void {
    if (kind === 'member' || (kind === 'message' && event.from === this.me.peek()?.user)) return;
    const looked = this.#selected.peek() === room && room.isRead;
    if (!looked) room.unread.value++;
    const where = this.#selected.peek() === room ? '' : ` in ${room.title.value}`;
    this.announcement.value =
      kind === 'message' ? `${event.name}${where}: ${event.text}` : `Push${where}: ${event.topic}`;
  }

  #left(room: Conversation, reason: string): void {
    this.call.roomClosed(room);
    room.close();
    batch(() => {
      this.#rooms.value = this.#rooms.value.filter((one) => one !== room);
      if (this.#selected.peek() === room) this.#selected.value = this.#rooms.value[0];
    });
    if (reason !== 'left' && reason !== 'closed') {
      this.toasts.show({tone: 'bad', title: `You are no longer in ${room.title.value}.`, text: reason});
    }
  }

  #refresh(): void {
    this.#directory.load();
    for (const room of this.#rooms.peek()) room.members.load();
  }

  #showPush({topic, data}: Push): void {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.toasts.show({tone: 'info', title: topic, text: text.length > 300 ? `${text.slice(0, 300)} …` : text});
  }
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
