import {ParleyError, type UserId} from '@parley/protocol';
import type {HubOptions} from '../hub.js';
import type {Clock, SessionDirectory, SessionRecord, Timer} from '../ports.js';

export interface WorldReaderOptions {
  readonly clock: Clock;
  readonly sessions: Pick<SessionDirectory, 'users' | 'ofUser'>;
  /** Users of whom something is known. */
  readonly known: () => Iterable<UserId>;
  /** What was read of a user. Throws if there is no place for it. */
  readonly learn: (user: UserId, sessions: readonly SessionRecord[]) => void;
  readonly onDefect: HubOptions['onDefect'];
}

/** Users that are read at a time. */
const batch = 200;
const retryMs = 1_000;

/**
 * Reads what users' sessions are whenever that may have changed: each of some users, or of all that there are. One reading
 * at a time, so that what is learned of a user is never older than what was learned before.
 */
export class WorldReader {
  readonly #options: WorldReaderOptions;
  readonly #named = new Set<UserId>();
  #everybody = false;
  readonly #stale = new Set<UserId>();
  #toList = false;
  #reading: Promise<void> | undefined;
  #retry: Timer | undefined;
  #closed = false;

  constructor(options: WorldReaderOptions) {
    this.#options = options;
  }

  /** Whether nothing is out of date, as far as this node was told. */
  get isCurrent(): boolean {
    return !this.#isStale && this.#reading === undefined;
  }

  /** From now on; resolves when their sessions are known. Rejects with the store's refusal, or what `learn` throws. */
  follow(users: readonly UserId[] | 'everybody'): Promise<void> {
    if (users === 'everybody') {
      this.#toList ||= !this.#everybody;
      this.#everybody = true;
    } else {
      for (const user of users) {
        if (!this.#follows(user)) this.#stale.add(user);
        this.#named.add(user);
      }
    }
    return this.#read();
  }

  /** What is known of them may be out of date. */
  touch(users: readonly UserId[] | 'all'): void {
    if (users === 'all') {
      this.#toList = this.#everybody;
      for (const user of this.#named) this.#stale.add(user);
      for (const user of this.#options.known()) this.#stale.add(user);
    } else for (const user of users) if (this.#follows(user)) this.#stale.add(user);
    if (this.#isStale) this.#readOrRetry();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
  }

  #follows(user: UserId): boolean {
    return this.#everybody || this.#named.has(user);
  }

  /** Resolves when nothing is out of date. */
  async #read(): Promise<void> {
    while (!this.#closed && this.#isStale) {
      this.#reading ??= this.#readAll().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    // What is being read may be what was stale a moment ago.
    await this.#reading;
  }

  get #isStale(): boolean {
    return this.#toList || this.#stale.size > 0;
  }

  #readOrRetry(): void {
    this.#read().catch((error: unknown) => {
      const {clock, onDefect} = this.#options;
      if (!(error instanceof ParleyError)) onDefect(error, {task: 'watch'});
      if (this.#closed) return;
      this.#retry ??= clock.after(retryMs, () => {
        this.#retry = undefined;
        if (!this.isCurrent) this.#readOrRetry();
      });
    });
  }

  async #readAll(): Promise<void> {
    while (!this.#closed && this.#isStale) {
      if (this.#toList) await this.#list();
      await this.#readSome();
    }
  }

  async #list(): Promise<void> {
    this.#toList = false;
    try {
      let cursor: string | undefined;
      do {
        const page = await this.#options.sessions.users({limit: batch, ...(cursor !== undefined && {cursor})});
        for (const user of page.users) this.#stale.add(user);
        ({cursor} = page);
        // Read as they are found, so that more than there is place for is noticed before all are listed.
        await this.#readSome();
      } while (cursor !== undefined && !this.#closed);
    } catch (error) {
      this.#toList = true;
      throw error;
    }
  }

  async #readSome(): Promise<void> {
    const {sessions, learn} = this.#options;
    while (this.#stale.size > 0 && !this.#closed) {
      const users = this.#takeStale();
      try {
        const found = await Promise.all(users.map((user) => sessions.ofUser(user)));
        for (const [at, user] of users.entries()) learn(user, found[at] ?? []);
      } catch (error) {
        for (const user of users) this.#stale.add(user);
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
}
