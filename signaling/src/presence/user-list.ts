import {presence as wire, type UserId} from '@parley/protocol';
import type {HubObserver} from '../hub.js';
import type {Clock, UserPresence} from '../ports.js';
import type {Follower} from './follower.js';
import {isSame, type PresenceBoard, type PresenceWatcher} from './presence-board.js';
import type {PresenceRounds, PresenceTeller} from './presence-rounds.js';
import type {Sight} from './sight.js';

export interface UserListOptions {
  readonly clock: Clock;
  readonly board: PresenceBoard;
  readonly rounds: PresenceRounds;
  readonly sight: Sight;
  readonly observer: HubObserver;
  /** These were found not to be the follower's to see any more. */
  readonly onHidden: () => void;
}

/** For how long it is believed that somebody may see what they could see when it was last looked at. */
const sightMs = 60_000;

const wireOf = (user: UserId, {status, devices}: UserPresence): wire.UserPresence => ({
  user,
  status,
  devices: devices.map((device) => ({...device})),
});

/** The users whose presence one session follows one by one. */
export class UserList implements PresenceWatcher, PresenceTeller {
  readonly #follower: Follower;
  readonly #options: UserListOptions;
  /** As told; undefined until the state was told. */
  readonly #told = new Map<UserId, UserPresence | undefined>();
  readonly #changed = new Set<UserId>();
  #hidden: readonly UserId[] = [];
  #lookedAt: number;

  constructor(follower: Follower, options: UserListOptions) {
    this.#follower = follower;
    this.#options = options;
    this.#lookedAt = options.clock.now();
  }

  get users(): readonly UserId[] {
    return [...this.#told.keys()];
  }

  get size(): number {
    return this.#told.size;
  }

  has(user: UserId): boolean {
    return this.#told.has(user);
  }

  /** Followed from now on; told from `begin` on. */
  add(users: readonly UserId[]): void {
    for (const user of users) {
      if (this.#told.has(user)) continue;
      this.#told.set(user, undefined);
      this.#options.board.add(user, this);
    }
  }

  remove(users: readonly UserId[]): void {
    for (const user of users) {
      if (!this.#told.has(user)) continue;
      this.#told.delete(user);
      this.#changed.delete(user);
      this.#options.board.remove(user, this);
    }
  }

  /** Sends the state of these, as far as they are followed still; the board knows it. `hidden` are told along. */
  begin(users: readonly UserId[], hidden: readonly UserId[] = []): void {
    const states = users.flatMap((user) => {
      const presence = this.#told.has(user) ? this.#options.board.presence(user) : undefined;
      if (!presence) return [];
      this.#told.set(user, presence);
      this.#changed.delete(user);
      return [wireOf(user, presence)];
    });
    if (states.length > 0 || hidden.length > 0) this.#send(states, hidden, this.#options.clock.now());
  }

  learned(user: UserId, _: UserPresence | undefined, after: UserPresence): void {
    const told = this.#told.get(user);
    // Its state is told first, as it is then.
    if (!told) return;
    if (isSame(told, after)) this.#changed.delete(user);
    else this.#changed.add(user);
    this.#options.rounds.call(this);
  }

  /** What nobody may see any more is not told: looked at again if it was some time ago. */
  async prepare(): Promise<void> {
    const {clock, sight, onHidden} = this.#options;
    if (this.#changed.size === 0 || clock.now() - this.#lookedAt < sightMs) return;
    const {users} = this;
    const seen = await sight.of(this.#follower.user, users);
    this.#lookedAt = clock.now();
    const hidden = users.filter((user) => !seen.has(user));
    if (hidden.length === 0) return;
    this.remove(hidden);
    this.#hidden = hidden;
    onHidden();
  }

  tell(at: number): number {
    const users = [...this.#changed].flatMap((user) => {
      const presence = this.#options.board.presence(user);
      if (!presence) return [];
      this.#told.set(user, presence);
      return [wireOf(user, presence)];
    });
    this.#changed.clear();
    const hidden = this.#hidden;
    this.#hidden = [];
    return users.length > 0 || hidden.length > 0 ? this.#send(users, hidden, at) : 0;
  }

  close(): void {
    this.#options.rounds.dismiss(this);
    this.remove(this.users);
  }

  #send(users: wire.UserPresence[], hidden: readonly UserId[], at: number): number {
    const payload = {users, ...(hidden.length > 0 && {hidden: [...hidden]}), at};
    if (!this.#follower.send(wire.changed, payload)) return 0;
    this.#options.observer.presenceTold('changed', 1);
    return 1;
  }
}
