import type {PresenceState, PresenceStatus, Room} from '@parley/client';
import type {Role} from '@parley/protocol';
import {computed, signal, type ReadonlySignal} from '@preact/signals';
import type {Toasts} from './toasts.js';

/** More members than this are not listed one by one. */
const mostListed = 500;
const pageSize = 200;
const order = {online: 0, away: 1, offline: 2} as const;

export interface Member {
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  /** Undefined while it is not known: the room is large, or not looked at. */
  readonly presence: PresenceStatus | undefined;
}

/** How many are here; `members` counts those who are not. */
export interface Attendance {
  readonly members: number;
  readonly online: number;
  readonly away: number;
}

/** Who is a member of a room and who of them is here. It costs nothing until `show`, and nothing more after `hide`. */
export class Members {
  /** Those who are here first, then by name. */
  readonly list: ReadonlySignal<readonly Member[]>;
  /** Undefined until it is known. */
  readonly attendance: ReadonlySignal<Attendance | undefined>;
  /** The room is large: it tells how many are here, and not who. */
  readonly isLarge: ReadonlySignal<boolean>;
  readonly #room: Room;
  readonly #toasts: Toasts;
  /** By user id. */
  readonly #people = signal<ReadonlyMap<string, {readonly name: string; readonly role: Role}>>(new Map());
  readonly #presence = signal<PresenceState>({mode: 'unknown'});
  readonly #subscriptions: readonly (() => void)[];
  #isShown = false;
  /** Rises with every load, so that the answer of an overtaken one is ignored. */
  #loads = 0;

  constructor(room: Room, toasts: Toasts) {
    this.#room = room;
    this.#toasts = toasts;
    this.list = computed(() => {
      const presence = this.#presence.value;
      return [...this.#people.value]
        .map(([user, {name, role}]) => ({user, name, role, presence: statusIn(presence, user)}))
        .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    });
    this.isLarge = computed(() => this.#presence.value.mode === 'counts');
    this.attendance = computed(() => attendance(this.#presence.value, this.list.value));
    this.#subscriptions = [
      room.on('member', ({user, name, role, change}) => {
        const people = new Map(this.#people.value);
        if (change === 'left' || change === 'removed') people.delete(user);
        else people.set(user, {name, role});
        this.#people.value = people;
        this.#presence.value = room.presence.state;
      }),
      room.on('presence', () => {
        this.#presence.value = room.presence.state;
      }),
      room.on('reset', () => {
        // Who joined or left meanwhile was not heard.
        if (this.#isShown) this.#load();
      }),
    ];
  }

  /** What somebody is called here; their id, if that is not known. */
  readonly nameOf = (user: string): string => this.#people.peek().get(user)?.name ?? user;

  /** The room is looked at: its members are loaded, and their presence is kept current. */
  show(): void {
    this.#isShown = true;
    this.#load();
    this.#toasts.whenFails('Who is here could not be loaded.', this.#room.presence.follow());
  }

  /** The room is not looked at any more. */
  hide(): void {
    this.#isShown = false;
    this.#loads++;
    if (this.#room.state.status === 'left') return;
    // Without a connection there is nobody to tell, and nothing that comes.
    this.#room.presence.unfollow().catch(() => undefined);
  }

  close(): void {
    this.#loads++;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #load(): void {
    this.#toasts.whenFails('Who is here could not be loaded.', this.#loadAll());
  }

  async #loadAll(): Promise<void> {
    const load = ++this.#loads;
    const people = new Map<string, {readonly name: string; readonly role: Role}>();
    let cursor: string | undefined;
    do {
      const page = await this.#room.members({limit: pageSize, ...(cursor !== undefined && {cursor})});
      if (load !== this.#loads) return;
      for (const {user, name, role} of page.members) people.set(user, {name, role});
      cursor = page.cursor;
    } while (cursor !== undefined && people.size < mostListed);
    this.#people.value = people;
  }
}

function statusIn(presence: PresenceState, user: string): PresenceStatus | undefined {
  return presence.mode === 'members' ? (presence.present.get(user) ?? 'offline') : undefined;
}

const rank = ({presence}: Member): number => (presence === undefined ? 0 : order[presence]);

function attendance(presence: PresenceState, list: readonly Member[]): Attendance | undefined {
  switch (presence.mode) {
    case 'unknown':
      return undefined;
    case 'counts': {
      const {members, online, away} = presence;
      return {members, online, away};
    }
    case 'members': {
      const count = (status: PresenceStatus): number => list.filter((member) => member.presence === status).length;
      return {members: list.length, online: count('online'), away: count('away')};
    }
  }
}
