import {LimitReached, ParleyError} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {NodeWords} from '../nodes/node-words.js';
import type {Clock, Ids, Store, Timer} from '../ports.js';
import type {Watch, WatchRequest, WatchSelection} from '../watches.js';
import {OpenWatch} from './open-watch.js';
import {WorldReader} from './world-reader.js';
import {World} from './world.js';

export interface WatchesOptions {
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'id'>;
  readonly store: Pick<Store, 'sessions' | 'available' | 'onAvailability'>;
  readonly words: Pick<NodeWords, 'listen' | 'onNodeGone'>;
  readonly onDefect: HubOptions['onDefect'];
  readonly bounds?: Partial<WatchBounds>;
}

/** Of one node. */
export interface WatchBounds {
  readonly watches: number;
  /** Users with sessions who are followed at a time. */
  readonly users: number;
  /** Turns that a watch may go on from. */
  readonly turns: number;
  /** Of one watch. */
  readonly unread: number;
}

export const watchBounds: WatchBounds = {watches: 500, users: 100_000, turns: 20_000, unread: 10_000};

/** For how long the users that nobody watches any more are followed: a watch that was cut off can go on. */
const lingerMs = 60_000;
/** Selections that positions are known of. */
const mostSelections = 10_000;

interface Followed {
  readonly world: World;
  readonly reader: WorldReader;
  /** Numbers of selections, by their text: a position is good for the selection that it was given to. */
  readonly selections: Map<string, number>;
  /** Why nobody is followed any more. */
  givenUp?: ParleyError;
}

/**
 * Watches of backends on this node, over what it reads of users' sessions: as long as somebody watches, and whenever a node
 * says that those of a user may have changed. So the changes of all nodes arrive, in an order in which each is true when it
 * is told; what came and went between two readings is not told. Without a watch nothing is read.
 */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #bounds: WatchBounds;
  readonly #open = new Set<OpenWatch>();
  #opening = 0;
  #followed: Followed | undefined;
  #linger: Timer | undefined;
  #closed = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    this.#bounds = {...watchBounds, ...options.bounds};
    const {words, store} = options;
    words.listen('hub.presence', ({users}) => {
      this.#followed?.reader.touch(users);
    });
    // What it did last it may not have said any more; and what was said while this node was away is lost.
    words.onNodeGone(() => {
      this.#followed?.reader.touch('all');
    });
    store.onAvailability((available) => {
      if (available) this.#followed?.reader.touch('all');
    });
  }

  /** Watches that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Rejects with `overloaded`, `too_many_subscriptions`, or the store's refusal. */
  async open({selection, position, heartbeatMs}: WatchRequest): Promise<Watch> {
    if (this.#closed) throw new ParleyError('draining');
    if (this.#open.size + this.#opening >= this.#bounds.watches) throw new LimitReached('watches');
    this.#linger?.cancel();
    this.#opening += 1;
    try {
      const followed = (this.#followed ??= this.#follow());
      await followed.reader.follow(selection.users ?? 'everybody');
      if (followed.givenUp !== undefined) throw followed.givenUp;
      return this.#begin(followed, {selection, heartbeatMs, ...(position !== undefined && {position})});
    } finally {
      this.#opening -= 1;
      this.#lingerIfUnwatched();
    }
  }

  /** Ends all watches, and follows nobody. */
  close(): void {
    this.#closed = true;
    this.#giveUp(new ParleyError('draining'));
  }

  /** All in one turn: what the watch is told first, and that it is told what follows. */
  #begin({world, reader, selections}: Followed, {selection, position, heartbeatMs}: WatchRequest): Watch {
    const {clock, store} = this.#options;
    const number = numberOf(selection, selections);
    const marks = `${world.id}-${number}-`;
    const missed = position === undefined ? undefined : missedSince(position, marks, world);
    const watch: OpenWatch = new OpenWatch(
      {
        selection,
        clock,
        heartbeatMs,
        mostUnread: this.#bounds.unread,
        first: missed ?? world.state(clock.now()),
        beginning: missed === undefined ? (position === undefined ? 'asked' : 'unknown_position') : 'resumed',
        positionAt: (turn) => `${marks}${turn}`,
        isCurrent: () => reader.isCurrent && store.available,
        onEnd: () => {
          this.#open.delete(watch);
          this.#lingerIfUnwatched();
        },
      },
      world.last,
    );
    this.#open.add(watch);
    return watch;
  }

  #follow(): Followed {
    const {clock, ids, store, onDefect} = this.#options;
    const {turns: mostTurns, users} = this.#bounds;
    const world = new World({id: ids.id(), mostTurns});
    const reader = new WorldReader({
      clock,
      sessions: store.sessions,
      known: () => world.users,
      learn: (user, sessions) => {
        const turn = world.take(user, sessions, clock.now());
        if (turn === undefined) return;
        if (world.size > users) {
          const reason = new LimitReached('watched_users');
          this.#giveUp(reason);
          throw reason;
        }
        for (const watch of [...this.#open]) watch.tell(turn);
      },
      onDefect,
    });
    return {world, reader, selections: new Map()};
  }

  #lingerIfUnwatched(): void {
    if (this.#open.size + this.#opening > 0 || this.#followed === undefined) return;
    this.#linger?.cancel();
    this.#linger = this.#options.clock.after(lingerMs, () => {
      this.#giveUp();
    });
  }

  #giveUp(reason?: ParleyError): void {
    const followed = this.#followed;
    this.#followed = undefined;
    followed?.reader.close();
    if (followed !== undefined && reason !== undefined) followed.givenUp = reason;
    for (const watch of [...this.#open]) watch.end(reason);
    this.#linger?.cancel();
  }
}

function numberOf({kinds, rooms, users}: WatchSelection, numbers: Map<string, number>): number {
  const sorted = (list: readonly string[] | undefined): readonly string[] | null => list?.toSorted() ?? null;
  const text = JSON.stringify([sorted(kinds), sorted(rooms), sorted(users)]);
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const number = (numbers.size === 0 ? 0 : Math.max(...numbers.values())) + 1;
  if (numbers.size >= mostSelections) numbers.delete(numbers.keys().next().value ?? '');
  numbers.set(text, number);
  return number;
}

function missedSince(position: string, marks: string, world: World): ReturnType<World['since']> {
  const turn = position.startsWith(marks) ? Number(position.slice(marks.length)) : NaN;
  return Number.isSafeInteger(turn) && turn >= 0 ? world.since(turn) : undefined;
}
