import {call as definitions, type ParamsOf} from '@parley/protocol';
import type {MediaSource, View} from './call.js';
import type {CallPort} from './port.js';

/** How often the server is told of one video: a window that is being dragged changes with every frame. */
const everyMs = 250;

interface Shown {
  view: View | undefined;
  consumer: string | undefined;
  /** What the server was told of this consumer last. */
  told: View | undefined;
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
    shown.view = view;
    this.#update(peer, source, shown);
  }

  /** The video comes by this consumer from now on. */
  attach(peer: string, source: MediaSource, consumer: string): void {
    const shown = this.#get(peer, source);
    shown.consumer = consumer;
    shown.told = undefined;
    this.#update(peer, source, shown);
  }

  detach(consumer: string): void {
    for (const [key, shown] of this.#shown) {
      if (shown.consumer !== consumer) continue;
      shown.consumer = undefined;
      if (shown.view === undefined) this.#shown.delete(key);
    }
  }

  #get(peer: string, source: MediaSource): Shown {
    const key = keyOf(peer, source);
    const known = this.#shown.get(key);
    if (known) return known;
    const shown: Shown = {view: undefined, consumer: undefined, told: undefined, telling: false};
    this.#shown.set(key, shown);
    return shown;
  }

  #update(peer: string, source: MediaSource, shown: Shown): void {
    if (shown.consumer !== undefined) void this.#tell(shown);
    else if (shown.view === undefined) this.#shown.delete(keyOf(peer, source));
  }

  /** One request at a time for each, always of the newest. */
  async #tell(shown: Shown): Promise<void> {
    if (shown.telling) return;
    shown.telling = true;
    const {room, ask, clock} = this.#port;
    while (shown.consumer !== undefined && shown.view !== undefined && !isSame(shown.view, shown.told)) {
      const {consumer, view} = shown;
      const wishes = wishesOf(view, shown.told);
      shown.told = view;
      // It may have ended meanwhile; else the next change, or the consumer that takes its place, says it again.
      await ask(definitions.consumerSet, {room, consumer, ...wishes}, {repeatable: true}).catch(() => undefined);
      await new Promise<void>((resolve) => clock.after(everyMs, resolve));
    }
    shown.telling = false;
  }
}

/** What differs from what was told is all that is told, but for the size. */
function wishesOf(
  view: View,
  told: View | undefined,
): Omit<ParamsOf<typeof definitions.consumerSet>, 'room' | 'consumer'> {
  if (view === 'hidden') return {paused: true};
  const {width, height, priority, pinned = false} = view;
  const wasPinned = typeof told === 'object' && told.pinned === true;
  return {
    paused: false,
    size: {width, height},
    ...(priority !== undefined && {priority}),
    ...(pinned !== wasPinned && {pinned}),
  };
}

function isSame(one: View, other: View | undefined): boolean {
  if (other === undefined || one === 'hidden' || other === 'hidden') return one === other;
  const names = ['width', 'height', 'priority', 'pinned'] as const;
  return names.every((name) => one[name] === other[name]);
}
