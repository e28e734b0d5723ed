import type {RoomId, UserId} from '@parley/protocol';
import type {
  AddMemberOutcome,
  CreateRoomOutcome,
  FeedEvent,
  MemberRecord,
  NewRoom,
  RoomDirectory,
  RoomRecord,
  StoreLimits,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text, texts} from './replies.js';
import type {RoomLogs} from './room-log.js';

/** Memberships that are looked up at a time: a user of very many rooms leaves room for others on the line. */
const batch = 500;
const hourMs = 3_600_000;

export interface RedisRoomsOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly logs: RoomLogs;
  readonly limits: StoreLimits;
}

/** Rooms in Redis: a room with its members and its log is in one slot. */
export class RedisRooms implements RoomDirectory {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #logs: RoomLogs;
  readonly #limits: StoreLimits;

  constructor({line, keys, logs, limits}: RedisRoomsOptions) {
    this.#line = line;
    this.#keys = keys;
    this.#logs = logs;
    this.#limits = limits;
  }

  async create({room, title, maxMembers, slowModeMs = 0, by}: NewRoom): Promise<CreateRoomOutcome> {
    const exists = integer(await this.#line.call('EXISTS', this.#keys.room(room))) === 1;
    if (exists) return {outcome: 'exists'};
    const retryAfterMs = by === undefined ? 0 : await this.#countCreation(by);
    if (retryAfterMs > 0) return {outcome: 'wait', retryAfterMs};
    // The name goes first: a listed room that does not exist is left out, one that is not listed could not be found.
    const listed = await this.#line.run('list-room', [this.#keys.rooms], [room, this.#limits.rooms]);
    if (integer(listed) === 0) return {outcome: 'full'};
    const createdAt = await this.#line.run('create-room', [this.#keys.room(room)], [title, maxMembers, slowModeMs]);
    if (createdAt === null) return {outcome: 'exists'};
    return {
      outcome: 'created',
      room: {room, title, maxMembers, slowModeMs, members: 0, createdAt: integer(createdAt)},
    };
  }

  async update(room: RoomId, {slowModeMs}: {slowModeMs: number}): Promise<RoomRecord | undefined> {
    const keys = [this.#keys.room(room), this.#keys.members(room)];
    const answer = await this.#line.run('update-room', keys, [slowModeMs]);
    return answer === null ? undefined : toRoom(room, list(answer));
  }

  async get(room: RoomId): Promise<RoomRecord | undefined> {
    const answer = await this.#line.run('get-room', [this.#keys.room(room), this.#keys.members(room)], []);
    return answer === null ? undefined : toRoom(room, list(answer));
  }

  async list({after, limit}: {after?: string; limit: number}): Promise<{rooms: readonly RoomRecord[]; more: boolean}> {
    const names = texts(
      await this.#line.call('ZRANGEBYLEX', this.#keys.rooms, boundAfter(after), '+', 'LIMIT', 0, limit + 1),
    );
    const rooms = await Promise.all(names.slice(0, limit).map((room) => this.get(room)));
    return {rooms: rooms.filter((room) => room !== undefined), more: names.length > limit};
  }

  async addMember(
    room: RoomId,
    {user, name}: {user: UserId; name: string},
    told: FeedEvent,
  ): Promise<AddMemberOutcome> {
    const own = [this.#keys.room(room), this.#keys.members(room), this.#keys.membersInOrder(room)];
    // Before, so that a membership is never without its hint; after, so that one that just ended takes it not along.
    if (!(await this.#hintWithin(user, room))) return {outcome: 'too_many'};
    const {keys, args} = this.#logs.appending(room, told);
    const [answer] = await Promise.all([
      this.#line.run('add-member', [...keys, ...own], [...args, user, name]),
      this.#hint(user, room),
    ]);
    const [outcome, member, ...rest] = list(answer);
    if (outcome === 'joined' || outcome === 'already') {
      const [offset, stamp] = rest.slice(5);
      if (outcome === 'joined') this.#logs.saw(room, {offset: integer(offset), stamp: integer(stamp)});
      return {outcome, room: toRoom(room, rest), member: toMember(user, text(member))};
    }
    await this.#checkHint(user, room);
    return {outcome: outcome === 'full' ? 'full' : 'unknown_room'};
  }

  async removeMember(room: RoomId, {user, name, joinedAt}: MemberRecord, told: FeedEvent): Promise<boolean> {
    const {keys, args} = this.#logs.appending(room, told);
    const own = [this.#keys.members(room), this.#keys.membersInOrder(room)];
    const answer = await this.#line.run('remove-member', [...keys, ...own], [...args, user, `${joinedAt} ${name}`]);
    if (answer === null) return false;
    const [offset, stamp] = list(answer);
    this.#logs.saw(room, {offset: integer(offset), stamp: integer(stamp)});
    await this.#checkHint(user, room);
    return true;
  }

  async member(room: RoomId, user: UserId): Promise<MemberRecord | undefined> {
    const answer = await this.#line.call('HGET', this.#keys.members(room), user);
    return answer === null ? undefined : toMember(user, text(answer));
  }

  async members(
    room: RoomId,
    {after, limit}: {after?: string; limit: number},
  ): Promise<{members: readonly MemberRecord[]; more: boolean}> {
    const keys = [this.#keys.members(room), this.#keys.membersInOrder(room)];
    const answer = texts(await this.#line.run('list-members', keys, [boundAfter(after), limit + 1]));
    const members: MemberRecord[] = [];
    for (let at = 0; at + 1 < answer.length; at += 2) members.push(toMember(answer[at] ?? '', answer[at + 1] ?? ''));
    return {members: members.slice(0, limit), more: members.length > limit};
  }

  async roomsOf(user: UserId): Promise<readonly RoomId[]> {
    const hinted = await this.#hints(user);
    const rooms: RoomId[] = [];
    for (let start = 0; start < hinted.length; start += batch) {
      const some = hinted.slice(start, start + batch);
      const isMember = await Promise.all(some.map((room) => this.#isMember(room, user)));
      rooms.push(...some.filter((_, at) => isMember[at]));
    }
    return rooms;
  }

  async sharing(user: UserId, others: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    if (others.length === 0) return new Set();
    const [mine, hints] = await Promise.all([
      this.roomsOf(user),
      Promise.all(others.map((other) => this.#hints(other))),
    ]);
    const shares = async (other: UserId, hinted: readonly RoomId[]): Promise<boolean> => {
      const theirs = new Set(hinted);
      const common = mine.filter((room) => theirs.has(room));
      // A hint is nearly always right: one after another, most are done with the first.
      for (const room of common) if (await this.#isMember(room, other)) return true;
      return false;
    };
    const shared = await Promise.all(others.map((other, at) => shares(other, hints[at] ?? [])));
    return new Set(others.filter((_, at) => shared[at]));
  }

  async #hints(user: UserId): Promise<readonly RoomId[]> {
    return texts(await this.#line.call('SMEMBERS', this.#keys.roomsOf(user)));
  }

  async #isMember(room: RoomId, user: UserId): Promise<boolean> {
    return integer(await this.#line.call('HEXISTS', this.#keys.members(room), user)) === 1;
  }

  /** 0, or the time after which another one will be counted. */
  async #countCreation(user: UserId): Promise<number> {
    const {roomCreationsPerHour} = this.#limits;
    if (roomCreationsPerHour === 0) return 0;
    const counted = this.#line.run('count-creation', [this.#keys.creations(user)], [roomCreationsPerHour, hourMs]);
    return integer(await counted);
  }

  /** Leaves a hint, unless the user is in as many rooms as one may be. */
  async #hintWithin(user: UserId, room: RoomId): Promise<boolean> {
    const {roomsPerUser} = this.#limits;
    const key = this.#keys.roomsOf(user);
    const hint = async (): Promise<boolean> =>
      integer(await this.#line.run('hint-room', [key], [room, roomsPerUser])) === 1;
    if (await hint()) return true;
    // Hints may be left of joins that a node did not live to finish.
    const rooms = new Set(await this.roomsOf(user));
    if (rooms.size >= roomsPerUser) return rooms.has(room);
    const stale = texts(await this.#line.call('SMEMBERS', key)).filter((hinted) => !rooms.has(hinted));
    await Promise.all(stale.map((hinted) => this.#checkHint(user, hinted)));
    return hint();
  }

  #hint(user: UserId, room: RoomId): Promise<unknown> {
    return this.#line.call('SADD', this.#keys.roomsOf(user), room);
  }

  /** Takes the hint away, and puts it back if the user became a member again meanwhile. */
  async #checkHint(user: UserId, room: RoomId): Promise<void> {
    await this.#line.call('SREM', this.#keys.roomsOf(user), room);
    if (await this.#isMember(room, user)) await this.#hint(user, room);
  }
}

const boundAfter = (name: string | undefined): string => (name === undefined ? '-' : `(${name}`);

function toRoom(room: RoomId, [title, maxMembers, slowModeMs, createdAt, members]: readonly unknown[]): RoomRecord {
  return {
    room,
    title: text(title),
    maxMembers: integer(maxMembers),
    slowModeMs: integer(slowModeMs),
    members: integer(members),
    createdAt: integer(createdAt),
  };
}

/** From `<joined at> <name>`. */
function toMember(user: UserId, value: string): MemberRecord {
  const space = value.indexOf(' ');
  return {user, name: value.slice(space + 1), joinedAt: integer(value.slice(0, space))};
}
