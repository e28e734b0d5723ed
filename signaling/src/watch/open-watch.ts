import {LimitReached, type ParleyError} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import type {Sight, Watch, WatchNews, WatchSelection} from '../watches.js';
import {changesOf} from './changes.js';
import type {Turn} from './world.js';

export interface OpenWatchOptions {
  readonly selection: WatchSelection;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** What is told that its reader has not read. */
  readonly mostUnread: number;
  /** What comes first: the state as turns, or those since the position that it goes on from. */
  readonly first: readonly Turn[];
  readonly beginning: 'asked' | 'unknown_position' | 'resumed';
  /** Where a watch of the same selection can go on that was told everything up to this turn. */
  positionAt(turn: number): string;
  isCurrent(): boolean;
  onEnd(): void;
}

type Heartbeat = {readonly kind: 'heartbeat'; readonly at: number; readonly current: boolean};
type Told = {readonly kind: 'turn'; readonly turn: Turn; readonly sights: readonly Sight[]};

/**
 * What one watch is told, at the pace of its reader: the state as it was when it was opened, made as it is read, and then
 * what waits for it. A reader with too much waiting for it is told so, and that is the end: it can go on where it was.
 */
export class OpenWatch implements Watch {
  readonly #options: OpenWatchOptions;
  readonly #heartbeats: Timer;
  #waiting: (Heartbeat | Told)[] = [];
  #unread = 0;
  #ended: {readonly reason: ParleyError | undefined} | undefined;
  #wake: (() => void) | undefined;
  /** Whether nothing was told since the last heartbeat was due. */
  #quiet = true;
  #last: number;

  constructor(options: OpenWatchOptions, last: number) {
    this.#options = options;
    this.#last = last;
    const {clock, heartbeatMs} = options;
    this.#heartbeats = clock.every(heartbeatMs, () => {
      // One that waits is enough.
      if (this.#quiet && this.#waiting.length === 0)
        this.#add({kind: 'heartbeat', at: clock.now(), current: options.isCurrent()});
      this.#quiet = true;
    });
  }

  /** Told in the call that learns of it. */
  tell(turn: Turn): void {
    if (this.#ended !== undefined) return;
    const sights = changesOf(this.#options.selection, turn);
    this.#last = turn.number;
    if (sights.length === 0) return;
    this.#quiet = false;
    this.#unread += sights.length;
    if (this.#unread > this.#options.mostUnread) this.end(new LimitReached('watch_unread'));
    else this.#add({kind: 'turn', turn, sights});
  }

  end(reason?: ParleyError): void {
    if (this.#ended !== undefined) return;
    this.#ended = {reason};
    this.#waiting = [];
    this.#heartbeats.cancel();
    this.#wake?.();
    this.#options.onEnd();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchNews, void> {
    try {
      for (const news of this.#beginning()) {
        if (this.#isOver()) return;
        yield news;
      }
      while (!this.#isOver()) {
        const next = this.#waiting.shift();
        if (next !== undefined) yield* this.#newsOf(next);
        else await this.#more();
      }
    } finally {
      this.end();
    }
  }

  *#beginning(): Generator<WatchNews> {
    const {beginning, first, selection, clock} = this.#options;
    const last = this.#last;
    const at = clock.now();
    if (beginning === 'resumed') {
      yield {event: 'resumed', at};
      for (const turn of first) yield* this.#told({turn, sights: changesOf(selection, turn)});
    } else {
      yield {event: 'snapshot', why: beginning, at};
      for (const turn of first) for (const sight of changesOf(selection, turn)) yield {...sight, at: turn.at};
      yield {event: 'ready', at, position: this.#options.positionAt(last)};
    }
  }

  *#newsOf(next: Heartbeat | Told): Generator<WatchNews> {
    if (next.kind === 'turn') {
      this.#unread -= next.sights.length;
      yield* this.#told(next);
      return;
    }
    const {at, current} = next;
    // Everything up to now was told, or was none of its business.
    const isAll = this.#waiting.length === 0;
    yield {event: 'heartbeat', current, at, ...(isAll && {position: this.#options.positionAt(this.#last)})};
  }

  *#told({turn, sights}: Pick<Told, 'turn' | 'sights'>): Generator<WatchNews> {
    const position = this.#options.positionAt(turn.number);
    for (const [n, sight] of sights.entries())
      yield {...sight, at: turn.at, ...(n === sights.length - 1 && {position})};
  }

  #isOver(): boolean {
    if (this.#ended?.reason !== undefined) throw this.#ended.reason;
    return this.#ended !== undefined;
  }

  #add(one: Heartbeat | Told): void {
    this.#waiting.push(one);
    this.#wake?.();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
