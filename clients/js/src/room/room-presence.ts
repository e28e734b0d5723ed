import {isRetryable, presence as wire, type PayloadOf} from '@parley/protocol';
import type {Clock} from '../clock.js';
import type {Ask} from '../session/requests.js';

export type PresenceStatus = wire.PresenceStatus;

/** What a room told of its members' presence. `at` is milliseconds since the Unix epoch, by the server's clock. */
export type PresenceNews =
  /** These are now as said; after a reconnect, all that changed meanwhile. */
  | {readonly mode: 'members'; readonly changed: readonly wire.UserStatus[]; readonly at: number}
  /** The room is large: how many are present, not who. */
  | {
      readonly mode: 'counts';
      readonly members: number;
      readonly online: number;
      readonly away: number;
      readonly at: number;
    };

/**
 * - `unknown`: not followed, or not told yet.
 * - `members`: who is present; whoever is not named is offline.
 * - `counts`: how many are, in a large room.
 */
export type PresenceState =
  | {readonly mode: 'unknown'}
  | {readonly mode: 'members'; readonly present: ReadonlyMap<string, 'online' | 'away'>}
  | {readonly mode: 'counts'; readonly members: number; readonly online: number; readonly away: number};

export interface RoomPresence {
  /** As last told; what changes meanwhile on a lost connection is told when it is back. */
  readonly state: PresenceState;
  /** Undefined where it is not known: the room is not followed, or large. */
  of(user: string): PresenceStatus | undefined;
  /**
   * Begins to tell who of the members is present, by the room's event `presence`, across lost connections, until
   * `unfollow` or until the room is left. A room that is not followed tells nothing and costs nothing.
   *
   * ```ts
   * room.on('presence', (news) => news.mode === 'members' ? mark(news.changed) : show(`${news.online} online`));
   * await room.presence.follow();
   * ```
   * @throws ParleyError `not_joined`, or `too_many_subscriptions` if the session follows its maximum of rooms.
   */
  follow(): Promise<void>;
  unfollow(): Promise<void>;
}

export interface RoomPresenceOptions {
  readonly room: string;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly tell: (news: PresenceNews) => void;
}

const retryMs = 1_000;
const unknown: PresenceState = {mode: 'unknown'};

/** A {@link RoomPresence} together with what only the room may call. */
export class FollowedPresence implements RoomPresence {
  readonly #options: RoomPresenceOptions;
  #state: PresenceState = unknown;
  #wanted = false;

  constructor(options: RoomPresenceOptions) {
    this.#options = options;
  }

  get state(): PresenceState {
    return this.#state;
  }

  of(user: string): PresenceStatus | undefined {
    return this.#state.mode === 'members' ? (this.#state.present.get(user) ?? 'offline') : undefined;
  }

  async follow(): Promise<void> {
    this.#wanted = true;
    try {
      await this.#ask();
    } catch (error) {
      this.#wanted = false;
      throw error;
    }
  }

  async unfollow(): Promise<void> {
    this.#wanted = false;
    this.#state = unknown;
    await this.#options.ask(wire.unsubscribeRoom, {room: this.#options.room}, {repeatable: true});
  }

  /** The room is joined in a new session, which follows nothing yet. */
  joinedAgain(): void {
    if (!this.#wanted) return;
    this.#ask().catch((error: unknown) => {
      if (!isRetryable(error)) return;
      this.#options.clock.after(error.retryAfterMs ?? retryMs, () => {
        this.joinedAgain();
      });
    });
  }

  /** The room was left: there is nothing to follow any more. */
  end(): void {
    this.#wanted = false;
    this.#state = unknown;
  }

  /** Who left is no member, and said to be so by the room. */
  memberLeft(user: string): void {
    if (this.#state.mode !== 'members' || !this.#state.present.has(user)) return;
    this.#state = {mode: 'members', present: withStatuses(this.#state.present, [{user, status: 'offline'}])};
  }

  /** Everybody who is present, in the place of what was told before. */
  replace({users, at}: PayloadOf<typeof wire.members>): void {
    if (!this.#wanted) return;
    const before = this.#state.mode === 'members' ? this.#state.present : new Map<string, 'online' | 'away'>();
    const present = withStatuses(new Map(), users);
    const gone = [...before.keys()].filter((user) => !present.has(user));
    const changed = [
      ...users.filter(({user, status}) => before.get(user) !== status),
      ...gone.map((user) => ({user, status: 'offline' as const})),
    ];
    this.#state = {mode: 'members', present};
    this.#options.tell({mode: 'members', changed, at});
  }

  change({users, at}: Pick<PayloadOf<typeof wire.changed>, 'users' | 'at'>): void {
    if (!this.#wanted || this.#state.mode !== 'members') return;
    this.#state = {mode: 'members', present: withStatuses(this.#state.present, users)};
    this.#options.tell({mode: 'members', changed: users, at});
  }

  count({members, online, away, at}: PayloadOf<typeof wire.counts>): void {
    if (!this.#wanted) return;
    this.#state = {mode: 'counts', members, online, away};
    this.#options.tell({mode: 'counts', members, online, away, at});
  }

  async #ask(): Promise<void> {
    await this.#options.ask(wire.subscribeRoom, {room: this.#options.room}, {repeatable: true});
  }
}

function withStatuses(
  present: ReadonlyMap<string, 'online' | 'away'>,
  users: readonly wire.UserStatus[],
): ReadonlyMap<string, 'online' | 'away'> {
  const next = new Map(present);
  for (const {user, status} of users) {
    if (status === 'offline') next.delete(user);
    else next.set(user, status);
  }
  return next;
}
