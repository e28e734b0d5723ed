import type {Departure, Pace, Push, Rights, Room, SentMessage} from '@parley/client';
import {batch, computed, signal, type ReadonlySignal, type Signal} from '@preact/signals';
import {Members} from './members.js';
import {RoomLog, storedPush} from './room-log.js';
import {rowsOf, type Outgoing, type Row} from './rows.js';
import type {Stored} from './timeline.js';
import {textOf, type Toasts} from './toasts.js';

interface Surroundings {
  readonly me: ReadonlySignal<{readonly user: string; readonly name: string} | undefined>;
  readonly toasts: Toasts;
  /** Something new was said in the room. */
  readonly onNews: (room: Conversation, event: Stored) => void;
  /** A push to the room that was only passed on. */
  readonly onPush: (push: Push) => void;
  /** The client is no longer in the room, for the reason that the SDK gives. */
  readonly onLeft: (room: Conversation, departure: Departure) => void;
}

/** One joined room as the page shows it. */
export class Conversation {
  readonly id: string;
  readonly room: Room;
  readonly title: string;
  readonly log: RoomLog;
  readonly members: Members;
  readonly unread = signal(0);
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** What is written and not sent yet; kept while another room is looked at. */
  draft = '';
  readonly #surroundings: Surroundings;
  readonly #outgoing = signal<readonly Outgoing[]>([]);
  readonly #typing = signal<readonly string[]>([]);
  readonly #callPeers = signal(0);
  readonly #pace: Signal<Pace>;
  readonly #rights: Signal<Rights>;
  readonly #subscriptions: readonly (() => void)[];
  /** The newest messages of this room are on screen. */
  #reading = false;

  /** @param lost The same room before the server lost it: what was read and what failed stays in sight. */
  constructor(room: Room, surroundings: Surroundings, lost?: Conversation) {
    this.id = room.id;
    this.room = room;
    this.title = room.title;
    this.log = new RoomLog(room, surroundings.toasts);
    this.members = new Members(room, surroundings.toasts);
    this.#surroundings = surroundings;
    this.#callPeers.value = room.callActivity.peers;
    this.#pace = signal(room.pace);
    this.#rights = signal(snapshot(room.rights));
    this.rows = computed(() => {
      const me = surroundings.me.value ?? {user: '', name: ''};
      return rowsOf(this.log.timeline.value, this.#outgoing.value, me);
    });
    this.#subscriptions = this.#subscribe();
    if (lost === undefined) this.log.loadEarlier();
    else {
      this.log.follow(lost.log);
      this.#outgoing.value = lost.#outgoing.value;
      this.draft = lost.draft;
    }
  }

  get typing(): ReadonlySignal<readonly string[]> {
    return this.#typing;
  }

  /** The room's slow mode, and when it takes this user's next message. */
  get pace(): ReadonlySignal<Pace> {
    return this.#pace;
  }

  /** What this user may do in the room. */
  get rights(): ReadonlySignal<Rights> {
    return this.#rights;
  }

  /** How many are in the room's call. */
  get callPeers(): ReadonlySignal<number> {
    return this.#callPeers;
  }

  /** False, with a note why, if the text cannot be sent at all. */
  send(text: string): boolean {
    try {
      this.#follow(this.room.send(text));
      return true;
    } catch (error) {
      this.#surroundings.toasts.show({tone: 'bad', title: 'This cannot be sent.', text: textOf(error)});
      return false;
    }
  }

  /** Sends a failed message again, as a new one: what failed for certain was not stored. */
  retry(id: string): void {
    const failed = this.#outgoing.value.find((one) => one.id === id);
    if (failed !== undefined && this.send(failed.text)) this.discard(id);
  }

  discard(id: string): void {
    this.#outgoing.value = this.#outgoing.value.filter((one) => one.id !== id);
  }

  setTyping(typing: boolean): void {
    this.room.typing(typing);
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    if (this.isRead) this.unread.value = 0;
  }

  /** The tab came to the front again with this room open. */
  reread(): void {
    this.setReading(this.#reading);
  }

  get isRead(): boolean {
    return this.#reading && document.visibilityState === 'visible';
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.members.close();
  }

  #subscribe(): readonly (() => void)[] {
    const {room} = this;
    return [
      room.on('message', (event) => {
        this.#happened({kind: 'message', event});
      }),
      room.on('member', (event) => {
        this.#happened({kind: 'member', event});
      }),
      room.on('settings', (event) => {
        this.#happened({kind: 'settings', event});
      }),
      room.on('pace', (pace) => {
        this.#pace.value = pace;
      }),
      room.on('rights', (rights) => {
        this.#rights.value = rights;
      }),
      room.on('push', (push) => {
        const stored = storedPush(push);
        if (stored === undefined) this.#surroundings.onPush(push);
        else this.#happened(stored);
      }),
      room.on('reset', ({epoch, offset}) => {
        this.log.broke(epoch, offset);
      }),
      room.on('typing', () => {
        const me = this.#surroundings.me.peek()?.user;
        this.#typing.value = [...room.whoTypes].filter(([user]) => user !== me).map(([, name]) => name);
      }),
      room.on('call', ({peers}) => {
        this.#callPeers.value = peers;
      }),
      room.on('left', (departure) => {
        this.#surroundings.onLeft(this, departure);
      }),
    ];
  }

  #happened(stored: Stored): void {
    batch(() => {
      if (stored.kind === 'message') this.discard(stored.event.id);
      this.log.add(stored);
      this.#surroundings.onNews(this, stored);
    });
  }

  /** Shows a message until its echo takes its place in the log. */
  #follow({id, text, done}: SentMessage): void {
    const pending: Outgoing = {id, text, at: Date.now(), state: {kind: 'pending'}};
    this.#outgoing.value = [...this.#outgoing.value, pending];
    done.catch((error: unknown) => {
      const state = {kind: 'failed', reason: textOf(error)} as const;
      this.#outgoing.value = this.#outgoing.value.map((one) => (one.id === id ? {...one, state} : one));
    });
  }
}

/** The room's own object changes under those who hold it. */
const snapshot = ({role, may, over, call}: Rights): Rights => ({role, may, over, call});
