import {ParleyError, type SessionId, type UserId} from '@parley/protocol';
import type {Clock, PresenceChange, SessionNews, Timer} from '@parley/signaling';

/** Sessions that are refreshed at a time. */
const batch = 200;

export interface KeptSession {
  readonly session: SessionId;
  readonly user: UserId;
  readonly generation: number;
}

export type Refreshed =
  | {readonly outcome: 'kept'; readonly presence: PresenceChange}
  /** Whoever ended the connection has said so. */
  | {readonly outcome: 'away'}
  | {readonly outcome: 'replaced' | 'ended'};

export interface SessionKeeperOptions {
  readonly clock: Clock;
  readonly refreshMs: number;
  /** Refreshes these; resolves with what became of each. */
  readonly refresh: (sessions: readonly KeptSession[]) => Promise<readonly Refreshed[]>;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** The sessions that are connected to this node, refreshed in batches so that they outlive it only for their time. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #kept = new Map<SessionId, KeptSession>();
  readonly #timer: Timer;
  #refreshing: Promise<void> | undefined;
  #onNews: (news: SessionNews) => void = () => undefined;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#timer = options.clock.every(options.refreshMs, () => {
      void this.refresh();
    });
  }

  onNews(listener: (news: SessionNews) => void): void {
    this.#onNews = listener;
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

  /** All of them, unless that is going on already. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  close(): void {
    this.#timer.cancel();
    this.#kept.clear();
  }

  async #refreshAll(): Promise<void> {
    const all = [...this.#kept.values()];
    for (let start = 0; start < all.length; start += batch) {
      const sessions = all.slice(start, start + batch);
      try {
        const refreshed = await this.#options.refresh(sessions);
        for (const [at, each] of refreshed.entries()) this.#learn(sessions[at], each);
      } catch (error) {
        // While the store is away nothing can be refreshed, and nothing that is refreshed in time is lost. If it is one server
        // of a cluster, the sessions that others have are refreshed all the same.
        if (!(error instanceof ParleyError)) this.#options.onDefect(error, {});
      }
    }
  }

  #learn(kept: KeptSession | undefined, refreshed: Refreshed): void {
    // Ended or resumed here while it was asked about: nothing new.
    if (kept === undefined || this.#kept.get(kept.session) !== kept) return;
    const {session, generation} = kept;
    switch (refreshed.outcome) {
      case 'kept':
        if (refreshed.presence.before !== refreshed.presence.after)
          this.#onNews({kind: 'back', presence: refreshed.presence});
        break;
      case 'away':
        this.#kept.delete(session);
        break;
      case 'replaced':
      case 'ended':
        this.#kept.delete(session);
        this.#onNews({kind: refreshed.outcome, session, generation});
        break;
    }
  }
}
