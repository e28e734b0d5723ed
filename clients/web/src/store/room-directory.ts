import type {Parley} from '@parley/client';
import {room as definitions, type room as wire} from '@parley/protocol';
import {signal, type ReadonlySignal} from '@preact/signals';

/** Rooms that are listed at the side, and rooms that are entered by themselves, at most. */
const listedAtMost = 100;
const enteredAtMost = 20;
/** The protocol tells of no new rooms, so the list is asked for again now and then. */
const everyMs = 20_000;

/** The rooms of the server, as far as they are listed. */
export class RoomDirectory {
  readonly #parley: Parley;
  readonly #rooms = signal<readonly wire.RoomSummary[]>([]);
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(parley: Parley) {
    this.#parley = parley;
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.load();
    }, everyMs);
  }

  get rooms(): ReadonlySignal<readonly wire.RoomSummary[]> {
    return this.#rooms;
  }

  /** Asks again. A failure leaves the list as it is: the next time comes soon. */
  load(): void {
    if (this.#parley.state.status === 'connected') this.#load().catch(() => undefined);
  }

  /** Rooms that the user is a member of, from this device or another. */
  async joined(): Promise<readonly wire.RoomSummary[]> {
    await this.#load();
    return this.#rooms.value.filter(({joined}) => joined).slice(0, enteredAtMost);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #load(): Promise<void> {
    const {rooms} = await this.#parley.request(definitions.list, {limit: listedAtMost}, {repeatable: true});
    this.#rooms.value = rooms;
  }
}
