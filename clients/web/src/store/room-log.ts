import type {Push, Room, StoredEvent} from '@parley/client';
import {batch, signal, type ReadonlySignal} from '@preact/signals';
import {append, breakAt, emptyTimeline, fill, prepend, type Gap, type Stored, type Timeline} from './timeline.js';
import {textOf, type Toasts} from './toasts.js';

/**
 * Where loading earlier messages stands.
 * - `complete`: the first one of all is shown.
 * - `gone`: the server has lost what was before; what is shown of it cannot be extended.
 */
export type History =
  | {readonly state: 'loading'}
  | {readonly state: 'more'}
  | {readonly state: 'complete'}
  | {readonly state: 'gone'}
  | {readonly state: 'failed'; readonly reason: string};

const pageSize = 50;

/** The stored events of a room as far as this tab has them, and the loading of further ones. */
export class RoomLog {
  readonly #room: Room;
  readonly #toasts: Toasts;
  readonly #timeline = signal<Timeline>(emptyTimeline);
  readonly #history = signal<History>({state: 'more'});

  constructor(room: Room, toasts: Toasts) {
    this.#room = room;
    this.#toasts = toasts;
  }

  get timeline(): ReadonlySignal<Timeline> {
    return this.#timeline;
  }

  get history(): ReadonlySignal<History> {
    return this.#history;
  }

  add(stored: Stored): void {
    this.#timeline.value = append(this.#timeline.value, stored);
  }

  /** Continuity is lost: the room goes on after `offset` of `epoch`. */
  broke(epoch: string, offset: number): void {
    const {epochs} = this.#timeline.value;
    batch(() => {
      this.#timeline.value = breakAt(this.#timeline.value, epoch, offset);
      if (epochs.length > 0 && epochs.at(-1) !== epoch) this.#history.value = {state: 'gone'};
    });
  }

  /** Goes on after a log of the same room that the server has lost: what was read stays in sight. */
  follow(lost: RoomLog): void {
    this.#timeline.value = lost.#timeline.value;
    const {epoch, offset} = this.#room.position ?? {epoch: '', offset: 0};
    this.broke(epoch, offset);
    const gap = this.#timeline.value.gaps.at(-1);
    if (gap?.epoch === epoch) this.loadGap(gap);
  }

  loadEarlier(): void {
    const {state} = this.#history.value;
    if (state === 'more' || state === 'failed') void this.#loadEarlier();
  }

  loadGap(gap: Gap): void {
    this.#toasts.whenFails('The missing messages could not be loaded.', this.#loadGap(gap));
  }

  async #loadEarlier(): Promise<void> {
    this.#history.value = {state: 'loading'};
    const before = this.#timeline.value.stored[0]?.event.offset;
    try {
      const page = await this.#room.history({before, limit: pageSize});
      // The log was lost meanwhile: the page is of another one than what is shown.
      if (this.#history.peek().state !== 'loading') return;
      batch(() => {
        this.#timeline.value = prepend(this.#timeline.value, page.events.flatMap(asStored), page.more);
        this.#history.value = {state: page.more ? 'more' : 'complete'};
      });
    } catch (error) {
      this.#history.value = {state: 'failed', reason: textOf(error)};
    }
  }

  async #loadGap(gap: Gap): Promise<void> {
    const page = await this.#room.history({before: gap.until + 1, limit: pageSize});
    this.#timeline.value = fill(this.#timeline.value, gap, page.events.flatMap(asStored), page.more);
  }
}

/** A push with a place in the log; undefined for one that was only passed on. */
export function storedPush({id, topic, data, at, room, epoch, offset}: Push): Stored | undefined {
  if (room === undefined || epoch === undefined || offset === undefined) return undefined;
  return {kind: 'push', event: {id, topic, data, at, room, epoch, offset}};
}

function asStored(stored: StoredEvent): readonly Stored[] {
  switch (stored.event) {
    case 'message':
      return [{kind: 'message', event: stored.payload}];
    case 'member':
      return [{kind: 'member', event: stored.payload}];
    case 'settings':
      return [{kind: 'settings', event: stored.payload}];
    case 'push': {
      const push = storedPush(stored.payload);
      return push === undefined ? [] : [push];
    }
  }
}
