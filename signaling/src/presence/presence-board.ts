import type {UserId} from '@parley/protocol';
import type {SessionDirectory, UserPresence} from '../ports.js';

/** Whoever follows users on the board. */
export interface PresenceWatcher {
  /** What the board knows of the user now. `before` is undefined at the first time. Called within the call that learns it. */
  learned(user: UserId, before: UserPresence | undefined, after: UserPresence): void;
}

interface Watched {
  presence: UserPresence | undefined;
  /** Replaced at each change: most users have one or two. */
  watchers: readonly PresenceWatcher[];
}

export interface PresenceBoardOptions {
  readonly sessions: Pick<SessionDirectory, 'presenceOf'>;
  /** Something is to be read. */
  readonly onStale: () => void;
}

/** Users that are read from the store at a time. */
const batch = 500;

/**
 * What this node knows of the users that somebody here follows. It is read from the store, one user at one moment and one
 * reading at a time, whenever it may have changed: so it only ever moves forward, and costs nothing for anybody else.
 */
export class PresenceBoard {
  readonly #options: PresenceBoardOptions;
  readonly #watched = new Map<UserId, Watched>();
  readonly #stale = new Set<UserId>();
  #reading: Promise<void> | undefined;

  constructor(options: PresenceBoardOptions) {
    this.#options = options;
  }

  /** Users that somebody here follows. */
  get size(): number {
    return this.#watched.size;
  }

  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  /** Undefined if nobody here follows the user, or until it was read. */
  presence(user: UserId): UserPresence | undefined {
    return this.#watched.get(user)?.presence;
  }

  /** The watcher is told what is known, at once; what is not known is read by the next `refresh`. */
  add(user: UserId, watcher: PresenceWatcher): void {
    const watched = this.#watched.get(user);
    if (!watched) {
      this.#watched.set(user, {presence: undefined, watchers: [watcher]});
      this.#stale.add(user);
      this.#options.onStale();
    } else {
      watched.watchers = [...watched.watchers, watcher];
      if (watched.presence) watcher.learned(user, undefined, watched.presence);
    }
  }

  remove(user: UserId, watcher: PresenceWatcher): void {
    const watched = this.#watched.get(user);
    if (!watched) return;
    watched.watchers = watched.watchers.filter((one) => one !== watcher);
    if (watched.watchers.length > 0) return;
    this.#watched.delete(user);
    this.#stale.delete(user);
  }

  /** What is known of these users may be out of date. */
  touch(users: readonly UserId[] | 'all'): void {
    for (const user of users === 'all' ? this.#watched.keys() : users)
      if (this.#watched.has(user)) this.#stale.add(user);
    if (this.isStale) this.#options.onStale();
  }

  /** Resolves when nothing is out of date; rejects with the store's refusal, and then it is as it was. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#stale.size > 0) {
      const users = this.#takeStale();
      try {
        const found = await this.#options.sessions.presenceOf(users);
        for (const [user, presence] of found) this.#learn(user, presence);
      } catch (error) {
        for (const user of users) if (this.#watched.has(user)) this.#stale.add(user);
        throw error;
      }
    }
  }

  /** Before they are asked about: what changes from then on makes them stale again. */
  #takeStale(): readonly UserId[] {
    const taken: UserId[] = [];
    for (const user of this.#stale) {
      if (taken.length === batch) break;
      this.#stale.delete(user);
      taken.push(user);
    }
    return taken;
  }

  #learn(user: UserId, presence: UserPresence): void {
    const watched = this.#watched.get(user);
    if (!watched) return;
    const before = watched.presence;
    if (before && isSame(before, presence)) return;
    watched.presence = presence;
    for (const watcher of watched.watchers) watcher.learned(user, before, presence);
  }
}

export const isSame = (a: UserPresence, b: UserPresence): boolean =>
  a.status === b.status &&
  a.devices.length === b.devices.length &&
  a.devices.every(({device, status}, at) => device === b.devices[at]?.device && status === b.devices[at]?.status);
