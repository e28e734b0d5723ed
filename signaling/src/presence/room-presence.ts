import {presence as wire, type PayloadOf, type RoomId, type UserId} from '@parley/protocol';
import type {HubObserver} from '../hub.js';
import type {Broadcaster, Clock, UserPresence} from '../ports.js';
import {presenceAudience, type Follower} from './follower.js';
import type {PresenceBoard, PresenceWatcher} from './presence-board.js';
import type {PresenceRounds, PresenceTeller} from './presence-rounds.js';

type Status = wire.PresenceStatus;
type Counts = Pick<PayloadOf<typeof wire.counts>, 'members' | 'online' | 'away'>;

export interface RoomPresenceOptions {
  readonly clock: Clock;
  readonly broadcaster: Broadcaster;
  readonly board: PresenceBoard;
  readonly rounds: PresenceRounds;
  readonly observer: HubObserver;
  /** Above so many members only counts are told. */
  readonly largeRoom: number;
}

/** A room that was large stays so until it is clearly smaller: it would go to and fro otherwise. */
const smallAgain = 0.8;

/**
 * The presence of one room as this node tells it.
 *
 * Guarantee: what a follower is sent first is what the others were told up to then, and it is attached in the same turn; so
 * every later event brings all of them from the same state to the same state.
 */
export class RoomPresence implements PresenceWatcher, PresenceTeller {
  readonly room: RoomId;
  readonly #options: RoomPresenceOptions;
  readonly #audience: string;
  readonly #members = new Set<UserId>();
  readonly #present = {online: 0, away: 0};
  /** What followers were told of those for whom it is not so any more. */
  readonly #told = new Map<UserId, Status>();
  #followers = 0;
  #mode: 'members' | 'counts' = 'members';
  #toldCounts: Counts = {members: 0, online: 0, away: 0};

  constructor(room: RoomId, options: RoomPresenceOptions) {
    this.room = room;
    this.#options = options;
    this.#audience = presenceAudience(room);
  }

  get mode(): 'members' | 'counts' {
    return this.#mode;
  }

  get members(): Iterable<UserId> {
    return this.#members;
  }

  addMember(user: UserId): void {
    if (this.#members.has(user)) return;
    this.#members.add(user);
    this.#options.board.add(user, this);
    this.#options.rounds.call(this);
  }

  /** Followers hear of it by `room.member`. */
  removeMember(user: UserId): void {
    if (!this.#members.delete(user)) return;
    this.#count(this.#statusOf(user), -1);
    this.#told.delete(user);
    this.#options.board.remove(user, this);
    this.#options.rounds.call(this);
  }

  learned(user: UserId, before: UserPresence | undefined, {status: after}: UserPresence): void {
    const was = before?.status ?? 'offline';
    if (was === after) return;
    this.#count(was, -1);
    this.#count(after, 1);
    const told = this.#told.get(user);
    if (told === undefined) this.#told.set(user, was);
    else if (told === after) this.#told.delete(user);
    this.#options.rounds.call(this);
  }

  /** Sends the state, as told up to now, and what follows; in this turn. Again for one that follows already: the state. */
  follow(follower: Follower, isNew: boolean): void {
    const at = this.#options.clock.now();
    if (this.#mode === 'members') follower.send(wire.members, {room: this.room, users: this.#toldUsers(), at});
    else follower.send(wire.counts, {room: this.room, ...this.#toldCounts, at});
    this.#options.observer.presenceTold(this.#mode, 1);
    if (!isNew) return;
    this.#followers += 1;
    follower.attach(this.#audience);
  }

  unfollow(follower: Follower): void {
    this.#followers -= 1;
    follower.detach(this.#audience);
  }

  /** Everything that is known counts as told: nobody follows yet. */
  begin(): void {
    this.#mode = this.#nextMode();
    this.#allTold();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  tell(at: number): number {
    const mode = this.#nextMode();
    if (mode !== this.#mode) {
      this.#mode = mode;
      this.#allTold();
      const {room} = this;
      if (mode === 'members') return this.#publish(wire.members, {room, users: this.#toldUsers(), at});
      return this.#publish(wire.counts, {room, ...this.#toldCounts, at});
    }
    return mode === 'members' ? this.#tellChanges(at) : this.#tellCounts(at);
  }

  close(): void {
    this.#options.rounds.dismiss(this);
    for (const user of this.#members) this.#options.board.remove(user, this);
    this.#members.clear();
  }

  #tellChanges(at: number): number {
    const users = [...this.#told.keys()].map((user) => ({user, status: this.#statusOf(user)}));
    if (users.length === 0) return 0;
    this.#allTold();
    return this.#publish(wire.changed, {room: this.room, users, at});
  }

  #tellCounts(at: number): number {
    const {members, online, away} = this.#toldCounts;
    this.#allTold();
    const now = this.#toldCounts;
    if (members === now.members && online === now.online && away === now.away) return 0;
    return this.#publish(wire.counts, {room: this.room, ...now, at});
  }

  #publish<D extends typeof wire.members | typeof wire.counts | typeof wire.changed>(
    event: D,
    payload: PayloadOf<D>,
  ): number {
    if (this.#followers === 0) return 0;
    this.#options.broadcaster.publish(this.#audience, event.name, payload);
    this.#options.observer.presenceTold(kindOf(event), this.#followers);
    return this.#followers;
  }

  #nextMode(): 'members' | 'counts' {
    const {largeRoom} = this.#options;
    const limit = this.#mode === 'counts' ? largeRoom * smallAgain : largeRoom;
    return this.#members.size > limit ? 'counts' : 'members';
  }

  #allTold(): void {
    this.#told.clear();
    this.#toldCounts = {members: this.#members.size, ...this.#present};
  }

  #toldUsers(): wire.UserStatus[] {
    const users: wire.UserStatus[] = [];
    for (const user of this.#members) {
      const status = this.#told.get(user) ?? this.#statusOf(user);
      if (status !== 'offline') users.push({user, status});
    }
    return users;
  }

  #statusOf(user: UserId): Status {
    return this.#options.board.presence(user)?.status ?? 'offline';
  }

  #count(status: Status, by: number): void {
    if (status !== 'offline') this.#present[status] += by;
  }
}

function kindOf(event: {readonly name: string}): 'members' | 'counts' | 'changed' {
  if (event === wire.members) return 'members';
  return event === wire.counts ? 'counts' : 'changed';
}
