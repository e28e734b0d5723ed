import type {UserId} from '@parley/protocol';
import type {NodeWords} from '../nodes/node-words.js';
import type {Clock, Store, Timer} from '../ports.js';

export interface PresenceNewsOptions {
  readonly clock: Clock;
  readonly words: NodeWords;
  readonly store: Pick<Store, 'available' | 'onAvailability'>;
}

/** For how long changes of this node are gathered: whatever number of users it is, the other nodes hear of them at once. */
const gatherMs = 50;
/** How soon it is tried again while the store is away. */
const retryMs = 1_000;
/** Users of one word to the others, which is a few dozen kilobytes then. */
const batch = 1_000;

/**
 * Says to every node whose presence may have changed. What it is now each node reads for itself, and only of users that
 * somebody there follows: so a word that comes late, twice or out of order does no harm.
 */
export class PresenceNews {
  readonly #options: PresenceNewsOptions;
  /** Bounded by the users of this node's sessions and of those that it ends or finds lost. */
  #changed = new Set<UserId>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: PresenceNewsOptions) {
    this.#options = options;
    options.store.onAvailability((available) => {
      // What this node did just before may have been done without its hearing so.
      if (available && !this.#closed) options.words.broadcast('hub.presence', {users: 'all'});
    });
  }

  /** The user's presence, or that of a device of theirs, may have changed. Returns at once. */
  tell(user: UserId): void {
    this.#changed.add(user);
    this.#arm(gatherMs);
  }

  /** Says what is left to be said. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#options.store.available) this.#say();
  }

  #arm(delayMs: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#options.clock.after(delayMs, () => {
      this.#timer = undefined;
      // Commands may work while subscriptions do not yet: then it is owed.
      if (this.#options.store.available) this.#say();
      else this.#arm(retryMs);
    });
  }

  #say(): void {
    const users = [...this.#changed];
    this.#changed = new Set();
    for (let start = 0; start < users.length; start += batch)
      this.#options.words.broadcast('hub.presence', {users: users.slice(start, start + batch)});
  }
}
