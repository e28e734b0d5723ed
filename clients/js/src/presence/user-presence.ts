import {isRetryable, presence as wire, type PayloadOf} from '@parley/protocol';
import type {Clock} from '../clock.js';
import type {Ask} from '../session/requests.js';

/** A user's presence with their devices: `devices` names those that are not offline. */
export type UserPresence = wire.UserPresence;

/** What was told of users that are followed one by one. `hidden`: whom the user may not see any more. */
export interface UserPresenceNews {
  readonly users: readonly UserPresence[];
  readonly hidden: readonly string[];
  /** Milliseconds since the Unix epoch, by the server's clock. */
  readonly at: number;
}

export interface UserPresencesOptions {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly tell: (news: UserPresenceNews) => void;
}

/** Users of one request. */
const batch = 100;
const retryMs = 1_000;

/**
 * The presence of users that are followed one by one, wherever they are: a list of contacts, say.
 *
 * ```ts
 * parley.on('presence', ({users}) => users.forEach(({user, status}) => mark(user, status)));
 * const {hidden} = await parley.presence.follow(['ada', 'bob']);
 * ```
 */
export class UserPresences {
  readonly #options: UserPresencesOptions;
  readonly #known = new Map<string, UserPresence | undefined>();

  constructor(options: UserPresencesOptions) {
    this.#options = options;
  }

  /** As last told; undefined for who is not followed. */
  of(user: string): UserPresence | undefined {
    return this.#known.get(user);
  }

  /**
   * Follows these users besides those followed already, across lost connections. Their state comes at once, by the
   * event `presence`. `hidden` are those whose presence the user may not see: one sees whom one shares a room with.
   *
   * @throws ParleyError `too_many_subscriptions` if the session follows its maximum of users.
   */
  async follow(users: readonly string[]): Promise<{hidden: readonly string[]}> {
    const fresh = users.filter((user) => !this.#known.has(user));
    for (const user of fresh) this.#known.set(user, undefined);
    try {
      const hidden = await this.#ask(users);
      for (const user of hidden) this.#known.delete(user);
      return {hidden};
    } catch (error) {
      for (const user of fresh) this.#known.delete(user);
      throw error;
    }
  }

  /** Ends it for these users, or for all. */
  async unfollow(users?: readonly string[]): Promise<void> {
    for (const user of users ?? [...this.#known.keys()]) this.#known.delete(user);
    if (users === undefined) await this.#options.ask(wire.unsubscribeUsers, {}, {repeatable: true});
    else
      for (const some of batches(users))
        await this.#options.ask(wire.unsubscribeUsers, {users: some}, {repeatable: true});
  }

  /** A new session follows nobody yet. */
  sessionIsNew(): void {
    if (this.#known.size === 0) return;
    this.#ask([...this.#known.keys()]).then(
      (hidden) => {
        if (hidden.length > 0) this.receive({users: [], hidden, at: this.#options.clock.now()});
      },
      (error: unknown) => {
        if (!isRetryable(error)) return;
        this.#options.clock.after(error.retryAfterMs ?? retryMs, () => {
          this.sessionIsNew();
        });
      },
    );
  }

  receive({users, hidden = [], at}: Omit<PayloadOf<typeof wire.changed>, 'room'>): void {
    for (const each of users) if (this.#known.has(each.user)) this.#known.set(each.user, each);
    for (const user of hidden) this.#known.delete(user);
    this.#options.tell({users: users.filter(({user}) => this.#known.has(user)), hidden, at});
  }

  async #ask(users: readonly string[]): Promise<string[]> {
    const hidden: string[] = [];
    for (const some of batches(users)) {
      const answer = await this.#options.ask(wire.subscribeUsers, {users: some}, {repeatable: true});
      hidden.push(...answer.hidden);
    }
    return hidden;
  }
}

function* batches(users: readonly string[]): Iterable<string[]> {
  for (let start = 0; start < users.length; start += batch) yield users.slice(start, start + batch);
}
