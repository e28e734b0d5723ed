import {ParleyError, type SessionId, type UserId} from '@parley/protocol';
import type {Clock, Timer} from '@parley/signaling';

/** Sessions that are refreshed at a time. */
const batch = 200;

export interface KeptSession {
  readonly session: SessionId;
  readonly user: UserId;
  readonly generation: number;
}

export interface SessionKeeperOptions {
  readonly clock: Clock;
  readonly refreshMs: number;
  /** Refreshes these, and resolves with those that are no longer this node's. */
  readonly refresh: (sessions: readonly KeptSession[]) => Promise<readonly KeptSession[]>;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** The sessions that are connected to this node, refreshed in batches so that they outlive it only for their time. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #kept = new Map<SessionId, KeptSession>();
  readonly #timer: Timer;
  #refreshing: Promise<void> | undefined;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#timer = options.clock.every(options.refreshMs, () => {
      this.refresh();
    });
  }

  get(session: SessionId): KeptSession | undefined {
    return this.#kept.get(session);
  }

  keep(session: KeptSession): void {
    this.#kept.set(session.session, session);
  }

  /** Unless a newer connection has it. */
  drop(session: SessionId, generation = Number.POSITIVE_INFINITY): void {
    if ((this.#kept.get(session)?.generation ?? Number.POSITIVE_INFINITY) <= generation) this.#kept.delete(session);
  }

  /** All of them, unless that is going on already. */
  refresh(): void {
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = undefined;
    });
  }

  close(): void {
    this.#timer.cancel();
    this.#kept.clear();
  }

  async #refreshAll(): Promise<void> {
    const all = [...this.#kept.values()];
    try {
      for (let start = 0; start < all.length; start += batch)
        for (const {session, generation} of await this.#options.refresh(all.slice(start, start + batch)))
          this.drop(session, generation);
    } catch (error) {
      // While the store is away nothing can be refreshed, and nothing that is refreshed in time is lost.
      if (!(error instanceof ParleyError)) this.#options.onDefect(error, {});
    }
  }
}
