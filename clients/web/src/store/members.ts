import type {Room} from '@parley/client';
import type {room as wire} from '@parley/protocol';
import {signal, type ReadonlySignal} from '@preact/signals';
import type {Toasts} from './toasts.js';

/** More members than this are not listed one by one. */
const mostListed = 500;
const pageSize = 200;
const order = {online: 0, away: 1, offline: 2} as const;

/** Who is a member of a room and who of them is here, kept current by the room's events. */
export class Members {
  readonly #room: Room;
  readonly #toasts: Toasts;
  readonly #list = signal<readonly wire.MemberSummary[]>([]);
  readonly #subscriptions: readonly (() => void)[];
  /** Rises with every load, so that the answer of an overtaken one is ignored. */
  #loads = 0;

  constructor(room: Room, toasts: Toasts) {
    this.#room = room;
    this.#toasts = toasts;
    this.#subscriptions = [
      room.on('member', ({user, name, change, at}) => {
        if (change === 'left') this.#change((members) => members.filter((member) => member.user !== user));
        else if (!this.#knows(user)) {
          // Whoever joins is connected; the next load corrects it if not.
          this.#change((members) => [...members, {user, name, joinedAt: at, presence: 'online'}]);
        }
      }),
      room.on('presence', ({user, status}) => {
        this.#change((members) => members.map((m) => (m.user === user ? {...m, presence: status} : m)));
      }),
    ];
    this.load();
  }

  /** Those who are here first, then by name. */
  get list(): ReadonlySignal<readonly wire.MemberSummary[]> {
    return this.#list;
  }

  /** Asks for everybody again: after a connection was lost, changes of presence may have been missed. */
  load(): void {
    this.#toasts.whenFails('Who is here could not be loaded.', this.#load());
  }

  close(): void {
    this.#loads++;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #knows(user: string): boolean {
    return this.#list.value.some((member) => member.user === user);
  }

  #change(change: (members: readonly wire.MemberSummary[]) => readonly wire.MemberSummary[]): void {
    this.#list.value = change(this.#list.value).toSorted(
      (a, b) => order[a.presence] - order[b.presence] || a.name.localeCompare(b.name),
    );
  }

  async #load(): Promise<void> {
    const load = ++this.#loads;
    const found: wire.MemberSummary[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#room.members({limit: pageSize, ...(cursor !== undefined && {cursor})});
      if (load !== this.#loads) return;
      found.push(...page.members);
      cursor = page.cursor;
    } while (cursor !== undefined && found.length < mostListed);
    this.#change(() => found);
  }
}
