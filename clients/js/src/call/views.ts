import {call as definitions, type ParamsOf} from '@parley/protocol';
import type {MediaSource, View} from './call.js';
import type {CallPort} from './port.js';

/** How often the server is told of one video: a window that is being dragged changes with every frame. */
const everyMs = 250;

/** What the application wants of a video; without a view nothing is said of its size. */
interface Wish {
  readonly view: View | undefined;
  readonly pinned: boolean;
}

const noWish: Wish = {view: undefined, pinned: false};

interface Shown {
  wish: Wish;
  consumer: string | undefined;
  /** What the server was told of this consumer last. */
  told: Wish;
  telling: boolean;
}

const keyOf = (peer: string, source: MediaSource): string => `${peer} ${source}`;

/** How large the application shows each video; outlives the consumers, which are made anew when the call is rebuilt. */
export class Views {
  readonly #port: CallPort;
  readonly #shown = new Map<string, Shown>();

  constructor(port: CallPort) {
    this.#port = port;
  }

  set(peer: string, source: MediaSource, view: View | undefined): void {
    const shown = this.#get(peer, source);
    shown.wish = {...shown.wish, view};
    this.#update(peer, source, shown);
  }

  pin(peer: string, source: MediaSource, pinned: boolean): void {
    const shown = this.#get(peer, source);
    shown.wish = {...shown.wish, pinned};
    this.#update(peer, source, shown);
  }

  /** The video comes by this consumer from now on. */
  attach(peer: string, source: MediaSource, consumer: string): void {
    const shown = this.#get(peer, source);
    shown.consumer = consumer;
    shown.told = noWish;
    this.#update(peer, source, shown);
  }

  detach(consumer: string): void {
    for (const [key, shown] of this.#shown) {
      if (shown.consumer !== consumer) continue;
      shown.consumer = undefined;
      if (isTold(shown.wish, noWish)) this.#shown.delete(key);
    }
  }

  #get(peer: string, source: MediaSource): Shown {
    const key = keyOf(peer, source);
    const known = this.#shown.get(key);
    if (known) return known;
    const shown: Shown = {wish: noWish, consumer: undefined, told: noWish, telling: false};
    this.#shown.set(key, shown);
    return shown;
  }

  #update(peer: string, source: MediaSource, shown: Shown): void {
    if (shown.consumer !== undefined) void this.#tell(shown);
    else if (isTold(shown.wish, noWish)) this.#shown.delete(keyOf(peer, source));
  }

  /** One request at a time for each, always of the newest. */
  async #tell(shown: Shown): Promise<void> {
    if (shown.telling) return;
    shown.telling = true;
    const {room, ask, clock} = this.#port;
    while (shown.consumer !== undefined && !isTold(shown.wish, shown.told)) {
      const {consumer, wish, told} = shown;
      shown.told = {...wish, view: wish.view ?? told.view};
      // It may have ended meanwhile; else the next change, or the consumer that takes its place, says it again.
      await ask(definitions.consumerSet, {room, consumer, ...wishesOf(wish, told)}, {repeatable: true}).catch(
        () => undefined,
      );
      await new Promise<void>((resolve) => clock.after(everyMs, resolve));
    }
    shown.telling = false;
  }
}

/** What differs from what was told is all that is told, but for the size. */
function wishesOf(
  {view, pinned}: Wish,
  told: Wish,
): Omit<ParamsOf<typeof definitions.consumerSet>, 'room' | 'consumer'> {
  const pin = pinned === told.pinned ? {} : {pinned};
  if (view === undefined) return pin;
  if (view === 'hidden') return {paused: true, ...pin};
  const {width, height, priority} = view;
  return {paused: false, size: {width, height}, ...(priority !== undefined && {priority}), ...pin};
}

/** A view that is not wished any more leaves what it was as it is. */
function isTold({view, pinned}: Wish, {view: before, pinned: wasPinned}: Wish): boolean {
  if (pinned !== wasPinned) return false;
  if (view === undefined) return true;
  if (typeof view !== 'object' || typeof before !== 'object') return view === before;
  return (['width', 'height', 'priority'] as const).every((name) => view[name] === before[name]);
}
