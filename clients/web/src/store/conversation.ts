import type {Push, Room, SentMessage, StoredEvent} from '@parley/client';
import {batch, computed, signal, type ReadonlySignal} from '@preact/signals';
import {Members} from './members.js';
import {rowsOf, type Outgoing, type Row} from './rows.js';
import {append, breakAt, emptyTimeline, fill, prepend, type Gap, type Stored, type Timeline} from './timeline.js';
import {textOf, type Toasts} from './toasts.js';

/** Where loading earlier messages stands. */
export type History =
  | {readonly state: 'loading'}
  | {readonly state: 'more'}
  | {readonly state: 'complete'}
  | {readonly state: 'failed'; readonly reason: string};

const pageSize = 50;

interface Surroundings {
  readonly me: ReadonlySignal<{readonly user: string; readonly name: string} | undefined>;
  readonly toasts: Toasts;
  /** Something new was said in the room. */
  readonly onNews: (room: Conversation, event: Stored) => void;
  /** A push to the room that was only passed on. */
  readonly onPush: (push: Push) => void;
  /** The room was left, here or on another device of the user. */
  readonly onLeft: (room: Conversation, reason: string) => void;
}

/** One joined room as the page shows it. */
export class Conversation {
  readonly id: string;
  readonly room: Room;
  readonly title: ReadonlySignal<string>;
  readonly members: Members;
  readonly unread = signal(0);
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** What is written and not sent yet; kept while another room is looked at. */
  draft = '';
  readonly #surroundings: Surroundings;
  readonly #timeline = signal<Timeline>(emptyTimeline);
  readonly #outgoing = signal<readonly Outgoing[]>([]);
  readonly #typing = signal<readonly string[]>([]);
  readonly #callPeers = signal(0);
  readonly #history = signal<History>({state: 'more'});
  readonly #subscriptions: readonly (() => void)[];
  /** The newest messages of this room are on screen. */
  #reading = false;

  constructor(room: Room, surroundings: Surroundings) {
    this.id = room.id;
    this.room = room;
    this.title = signal(room.title);
    this.members = new Members(room, surroundings.toasts);
    this.#surroundings = surroundings;
    this.#callPeers.value = room.callActivity.peers;
    this.rows = computed(() => {
      const me = surroundings.me.value ?? {user: '', name: ''};
      return rowsOf(this.#timeline.value, this.#outgoing.value, me);
    });
    this.#subscriptions = this.#subscribe();
    this.loadEarlier();
  }

  get typing(): ReadonlySignal<readonly string[]> {
    return this.#typing;
  }

  /** How many are in the room's call. */
  get callPeers(): ReadonlySignal<number> {
    return this.#callPeers;
  }

  get history(): ReadonlySignal<History> {
    return this.#history;
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
    if (reading && document.visibilityState === 'visible') this.unread.value = 0;
  }

  /** The tab came to the front again with this room open. */
  reread(): void {
    this.setReading(this.#reading);
  }

  get isRead(): boolean {
    return this.#reading && document.visibilityState === 'visible';
  }

  loadEarlier(): void {
    const {state} = this.#history.value;
    if (state !== 'loading' && state !== 'complete') void this.#loadEarlier();
  }

  loadGap(gap: Gap): void {
    this.#surroundings.toasts.whenFails('The missing messages could not be loaded.', this.#loadGap(gap));
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
      room.on('push', (push) => {
        const stored = storedPush(push);
        if (stored === undefined) this.#surroundings.onPush(push);
        else this.#happened(stored);
      }),
      room.on('reset', ({epoch, offset}) => {
        this.#timeline.value = breakAt(this.#timeline.value, epoch, offset);
      }),
      room.on('typing', () => {
        this.#typing.value = [...room.whoTypes].filter(([user]) => user !== this.#me).map(([, name]) => name);
      }),
      room.on('call', ({peers}) => {
        this.#callPeers.value = peers;
      }),
      room.on('left', ({reason}) => {
        this.#surroundings.onLeft(this, reason);
      }),
    ];
  }

  get #me(): string | undefined {
    return this.#surroundings.me.peek()?.user;
  }

  #happened(stored: Stored): void {
    batch(() => {
      if (stored.kind === 'message') this.discard(stored.event.id);
      this.#timeline.value = append(this.#timeline.value, stored);
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

  async #loadEarlier(): Promise<void> {
    this.#history.value = {state: 'loading'};
    const before = this.#timeline.value.stored[0]?.event.offset;
    try {
      const page = await this.room.history({before, limit: pageSize});
      batch(() => {
        this.#timeline.value = prepend(this.#timeline.value, page.events.flatMap(asStored), page.more);
        this.#history.value = {state: page.more ? 'more' : 'complete'};
      });
    } catch (error) {
      this.#history.value = {state: 'failed', reason: textOf(error)};
    }
  }

  async #loadGap(gap: Gap): Promise<void> {
    const page = await this.room.history({before: gap.until + 1, limit: pageSize});
    this.#timeline.value = fill(this.#timeline.value, gap, page.events.flatMap(asStored), page.more);
  }
}

/** A push with a place in the log; undefined for one that was only passed on. */
function storedPush({id, topic, data, at, room, epoch, offset}: Push): Stored | undefined {
  if (room === undefined || epoch === undefined || offset === undefined) return undefined;
  return {kind: 'push', event: {id, topic, data, at, room, epoch, offset}};
}

function asStored({event, payload}: StoredEvent): readonly Stored[] {
  switch (event) {
    case 'message':
      return [{kind: 'message', event: payload}];
    case 'member':
      return [{kind: 'member', event: payload}];
    case 'push': {
      const stored = storedPush(payload);
      return stored === undefined ? [] : [stored];
    }
  }
}
