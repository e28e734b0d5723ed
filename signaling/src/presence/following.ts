import {LimitReached, ParleyError, type RoomId, type UserId} from '@parley/protocol';
import type {Following as StoredFollowing} from '../ports.js';
import {KeyedOrder} from '../rooms/keyed-order.js';
import type {Follower} from './follower.js';
import type {PresenceBoard} from './presence-board.js';
import type {RoomPresenceHold, RoomPresences} from './room-presences.js';
import type {Sight} from './sight.js';
import type {UserList} from './user-list.js';

export interface PresenceLimits {
  /** Rooms whose presence one session may follow. */
  readonly roomsPerSession: number;
  /** Users whose presence one session may follow one by one. */
  readonly usersPerSession: number;
}

export interface FollowingOptions {
  readonly limits: PresenceLimits;
  readonly rooms: RoomPresences;
  readonly board: PresenceBoard;
  readonly sight: Sight;
  /** Notes in the store what the session follows, so that it can be resumed elsewhere. */
  readonly save: (following: StoredFollowing) => Promise<void>;
}

type RoomState =
  /** Being begun: not yet to be remembered. */
  | {readonly state: 'asked'}
  /** To be taken up again after a resume. */
  | {readonly state: 'owed'}
  | {readonly state: 'held'; readonly hold: RoomPresenceHold; told: boolean};

/** What is begun, and what goes out once the request was answered. */
export interface Begun<T> {
  readonly answer: T;
  /** Sends the state and attaches, in the turn of the answer. */
  tell(): void;
}

/** Turns of the list of users; no room's name is empty. */
const listTurn = '';

/** Whose presence one session follows on this connection. */
export class Following {
  readonly #follower: Follower;
  readonly #options: FollowingOptions;
  readonly #list: UserList;
  readonly #rooms = new Map<RoomId, RoomState>();
  readonly #order = new KeyedOrder<string>();
  #owedUsers: readonly UserId[] = [];
  #over = false;

  constructor(follower: Follower, list: UserList, options: FollowingOptions) {
    this.#follower = follower;
    this.#list = list;
    this.#options = options;
  }

  /** Rejects with `too_many_subscriptions`, `not_joined` if the room was left meanwhile, or the store's refusal. */
  followRoom(room: RoomId): Promise<Begun<{mode: 'members' | 'counts'}>> {
    return this.#order.run(room, async () => {
      const known = this.#rooms.get(room);
      if (known?.state === 'held') return this.#begun(room, known);
      if (!known && this.#rooms.size >= this.#options.limits.roomsPerSession) throw new LimitReached('presence_rooms');
      return this.#begun(room, await this.#holdRoom(room));
    });
  }

  unfollowRoom(room: RoomId): Promise<void> {
    return this.#order.run(room, async () => {
      if (this.left(room)) await this.save();
    });
  }

  async unfollowRooms(): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((room) => this.unfollowRoom(room)));
  }

  /** Answers who is hidden from the session's user. Rejects with `too_many_subscriptions` or the store's refusal. */
  followUsers(users: readonly UserId[]): Promise<Begun<{hidden: UserId[]}>> {
    return this.#order.run(listTurn, async () => {
      const seen = await this.#options.sight.of(this.#follower.user, users);
      const wanted = [...seen];
      const fresh = wanted.filter((user) => !this.#list.has(user));
      if (this.#list.size + this.#owedUsers.length + fresh.length > this.#options.limits.usersPerSession)
        throw new LimitReached('presence_users');
      await this.#listed(fresh, () => this.save());
      return {
        answer: {hidden: users.filter((user) => !seen.has(user))},
        tell: () => {
          this.#list.begin(wanted);
        },
      };
    });
  }

  unfollowUsers(users?: readonly UserId[]): Promise<void> {
    return this.#order.run(listTurn, async () => {
      const given = users === undefined ? undefined : new Set(users);
      this.#owedUsers = given ? this.#owedUsers.filter((user) => !given.has(user)) : [];
      this.#list.remove(users ?? this.#list.users);
      await this.save();
    });
  }

  /** Takes up again what was followed before the session was resumed here. */
  owe({rooms, users}: StoredFollowing): void {
    for (const room of rooms) this.#rooms.set(room, {state: 'owed'});
    this.#owedUsers = users;
  }

  /** Pays what is owed: may be repeated until it does not reject. */
  async restore(): Promise<void> {
    const rooms = [...this.#rooms].filter(([, {state}]) => state === 'owed').map(([room]) => room);
    await Promise.all([...rooms.map((room) => this.#restoreRoom(room)), this.#restoreUsers()]);
  }

  /** The session is not in the room any more, or wants to hear no more. False if it did not follow it. */
  left(room: RoomId): boolean {
    const known = this.#rooms.get(room);
    if (!known || known.state === 'asked') return false;
    this.#rooms.delete(room);
    if (known.state === 'held') this.#release(known);
    return true;
  }

  save(): Promise<void> {
    const rooms = [...this.#rooms].filter(([, {state}]) => state !== 'asked').map(([room]) => room);
    return this.#options.save({rooms, users: [...this.#list.users, ...this.#owedUsers]});
  }

  end(): void {
    this.#over = true;
    for (const known of this.#rooms.values()) if (known.state === 'held') this.#release(known);
    this.#rooms.clear();
    this.#list.close();
  }

  async #holdRoom(room: RoomId): Promise<Extract<RoomState, {state: 'held'}>> {
    const before = this.#rooms.get(room);
    if (!before) this.#rooms.set(room, {state: 'asked'});
    let held: Extract<RoomState, {state: 'held'}> | undefined;
    try {
      held = {state: 'held', hold: await this.#options.rooms.hold(room), told: false};
      if (this.#over || !this.#follower.inRoom(room)) throw new ParleyError('not_joined');
      this.#rooms.set(room, held);
      if (!before) await this.save();
      return held;
    } catch (error) {
      // Left meanwhile: then it was released there.
      if (held && (this.#rooms.get(room) === held || this.#rooms.get(room)?.state !== 'held')) held.hold.release();
      if (before) this.#rooms.set(room, before);
      else this.#rooms.delete(room);
      throw error;
    }
  }

  #begun(room: RoomId, held: Extract<RoomState, {state: 'held'}>): Begun<{mode: 'members' | 'counts'}> {
    return {
      answer: {mode: held.hold.presence.mode},
      tell: () => {
        if (this.#rooms.get(room) !== held || !this.#follower.connected) return;
        held.hold.presence.follow(this.#follower, !held.told);
        held.told = true;
      },
    };
  }

  #release({hold, told}: Extract<RoomState, {state: 'held'}>): void {
    if (told) hold.presence.unfollow(this.#follower);
    hold.release();
  }

  /** On the list, with their presence known; or as before, and it rejects. */
  async #listed(users: readonly UserId[], then: () => Promise<void>): Promise<void> {
    if (users.length === 0) return;
    try {
      this.#list.add(users);
      await this.#options.board.refresh();
      await then();
    } catch (error) {
      this.#list.remove(users);
      throw error;
    }
    if (this.#over) this.#list.close();
  }

  #restoreRoom(room: RoomId): Promise<void> {
    return this.#order.run(room, async () => {
      if (this.#rooms.get(room)?.state !== 'owed') return;
      if (!this.#follower.inRoom(room)) this.left(room);
      else this.#begun(room, await this.#holdRoom(room)).tell();
    });
  }

  #restoreUsers(): Promise<void> {
    return this.#order.run(listTurn, async () => {
      const users = this.#owedUsers;
      if (users.length === 0) return;
      const seen = await this.#options.sight.of(this.#follower.user, users);
      await this.#listed([...seen], () => Promise.resolve());
      this.#owedUsers = [];
      const hidden = users.filter((user) => !seen.has(user));
      this.#list.begin([...seen], hidden);
      if (hidden.length > 0) await this.save();
    });
  }
}
