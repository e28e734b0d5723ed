import {
  access as accesses,
  usualVideoCodecs,
  type GroupId,
  type Role,
  type RoomId,
  type UserId,
} from '@parley/protocol';
import type {
  AddMemberOutcome,
  CreateRoomOutcome,
  FeedEvent,
  MemberRecord,
  NewMember,
  NewRoom,
  RoomDirectory,
  RoomOfGroup,
  RoomProperties,
  RoomRecord,
  RoomStandings,
  StoreLimits,
  Tombstone,
} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text, texts} from './replies.js';
import {RedisRoomGroups} from './redis-room-groups.js';
import {RoomEnding} from './room-ending.js';
import type {RoomLogs} from './room-log.js';
import {fromMember, toMember, toRoom, toStandings} from './room-records.js';

/** Memberships that are looked up at a time: a user of very many rooms leaves room for others on the line. */
const batch = 500;
const hourMs = 3_600_000;

interface Page {
  readonly after?: string;
  readonly limit: number;
}

export interface RedisRoomsOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly logs: RoomLogs;
  readonly limits: StoreLimits;
  /** The greatest age of events in logs. */
  readonly logAgeMs: number;
}

/** Rooms in Redis: a room with its members and its log is in one slot. */
export class RedisRooms implements RoomDirectory {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #logs: RoomLogs;
  readonly #limits: StoreLimits;
  readonly #groups: RedisRoomGroups;
  readonly #ending: RoomEnding;

  constructor({line, keys, logs, limits, logAgeMs}: RedisRoomsOptions) {
    this.#line = line;
    this.#keys = keys;
    this.#logs = logs;
    this.#limits = limits;
    this.#groups = new RedisRoomGroups(line, keys);
    const unlist = (user: UserId, room: RoomId): Promise<void> => this.#checkHint(user, room);
    this.#ending = new RoomEnding({line, keys, logs, groups: this.#groups, unlist, logAgeMs});
  }

  async create(asked: NewRoom): Promise<CreateRoomOutcome> {
    const {room, title, maxMembers, slowModeMs = 0, access = 'open', joinAs = 'member', owner} = asked;
    const {videoCodecs = usualVideoCodecs} = asked;
    const exists = integer(await this.#line.call('EXISTS', this.#keys.room(room))) === 1;
    if (exists) return {outcome: 'exists'};
    // The names go first: a listed room that does not exist is left out, one that is not listed could not be found.
    if (owner && !(await this.#hintWithin(owner.user, room))) return {outcome: 'too_many'};
    const outcome = await this.#create({...asked, slowModeMs, access, joinAs, videoCodecs});
    if (typeof outcome === 'number') {
      const members = owner ? 1 : 0;
      return {
        outcome: 'created',
        room: {room, title, maxMembers, slowModeMs, access, joinAs, videoCodecs, members, createdAt: outcome},
      };
    }
    if (owner) await this.#checkHint(owner.user, room);
    return outcome;
  }

  /** The time of creation, or what came in between. */
  async #create({room, by, owner, ...asked}: NewRoom & RoomProperties): Promise<number | CreateRoomOutcome> {
    const retryAfterMs = by === undefined ? 0 : await this.#countCreation(by);
    if (retryAfterMs > 0) return {outcome: 'wait', retryAfterMs};
    const listed = await this.#line.run('list-room', [this.#keys.rooms], [room, this.#limits.rooms]);
    if (integer(listed) === 0) return {outcome: 'full'};
    const {keys, args} = this.#logs.appending(room, owner?.told ?? nothingTold);
    const {title, maxMembers, slowModeMs, access, joinAs, videoCodecs} = asked;
    const answer = await this.#line.run(
      'create-room',
      [...keys, ...this.#all(room)],
      [
        ...args,
        owner?.user ?? '',
        owner?.name ?? '',
        title,
        maxMembers,
        slowModeMs,
        access,
        joinAs,
        videoCodecs.join(),
      ],
    );
    if (answer === null) return {outcome: 'exists'};
    // Whoever deletes another one of this name may have taken it off the list meanwhile.
    await this.#line.call('ZADD', this.#keys.rooms, 0, room);
    const [createdAt, ...placed] = list(answer);
    if (owner) this.#saw(room, placed);
    return integer(createdAt);
  }

  async get(room: RoomId): Promise<RoomRecord | undefined> {
    const answer = await this.#line.run('get-room', [this.#keys.room(room), this.#keys.members(room)], []);
    return answer === null ? undefined : toRoom(room, list(answer));
  }

  async update(room: RoomId, properties: Partial<RoomProperties>): Promise<RoomRecord | undefined> {
    const answer = await this.#line.run(
      'update-room',
      [this.#keys.room(room), this.#keys.members(room)],
      Object.entries(properties).flatMap(([name, value]) => [name, String(value)]),
    );
    return answer === null ? undefined : toRoom(room, list(answer));
  }

  async list({after, limit}: Page): Promise<{rooms: readonly RoomRecord[]; more: boolean}> {
    const names = texts(
      await this.#line.call('ZRANGEBYLEX', this.#keys.rooms, boundAfter(after), '+', 'LIMIT', 0, limit + 1),
    );
    const rooms = await Promise.all(names.slice(0, limit).map((room) => this.get(room)));
    return {rooms: rooms.filter((room) => room !== undefined), more: names.length > limit};
  }

  async addMember(room: RoomId, {user, name, as}: NewMember, told: FeedEvent): Promise<AddMemberOutcome> {
    const why = as ? [as.kind, as.role] : ['self', ''];
    // Before, so that a membership is never without its hint; after, so that one that just ended takes it not along.
    if (!(await this.#hintWithin(user, room))) return {outcome: 'too_many'};
    const {keys, args} = this.#logs.appending(room, told);
    const [answer] = await Promise.all([
      this.#line.run('add-member', [...keys, ...this.#all(room)], [...args, user, name, ...why]),
      this.#hint(user, room),
    ]);
    const [outcome, detail, ...rest] = list(answer);
    if (outcome === 'joined' || outcome === 'already') {
      if (outcome === 'joined') this.#saw(room, rest.slice(8));
      return {outcome, room: toRoom(room, rest), member: toMember(user, text(detail))};
    }
    await this.#checkHint(user, room);
    if (outcome === 'closed') return {outcome, access: accesses.parse(detail)};
    return {outcome: outcome === 'full' ? 'full' : 'unknown_room'};
  }

  async removeMember(room: RoomId, member: MemberRecord, told: FeedEvent): Promise<boolean> {
    const {keys, args} = this.#logs.appending(room, told);
    const {user} = member;
    const own = [this.#keys.members(room), this.#keys.membersInOrder(room)];
    const answer = await this.#line.run('remove-member', [...keys, ...own], [...args, user, fromMember(member)]);
    if (answer === null) return false;
    this.#saw(room, list(answer));
    await this.#checkHint(user, room);
    return true;
  }

  async setRole(room: RoomId, member: MemberRecord, role: Role, told: FeedEvent): Promise<MemberRecord | undefined> {
    const {keys, args} = this.#logs.appending(room, told);
    const changed = {...member, role, lent: false};
    const values = [member.user, fromMember(member), fromMember(changed)];
    const answer = await this.#line.run('set-role', [...keys, this.#keys.members(room)], [...args, ...values]);
    if (answer === null) return undefined;
    this.#saw(room, list(answer));
    return changed;
  }

  setGroup(room: RoomId, group: GroupId, role: Role | undefined): Promise<'set' | 'full' | 'unknown_room'> {
    return this.#groups.set(room, group, role);
  }

  roomsOfGroup(group: GroupId, page: Page): Promise<{rooms: readonly RoomOfGroup[]; more: boolean}> {
    return this.#groups.page(group, page);
  }

  async standings(room: RoomId, users: readonly UserId[]): Promise<RoomStandings | undefined> {
    const keys = [this.#keys.room(room), this.#keys.members(room)];
    return toStandings(users, await this.#line.run('standings', keys, users));
  }

  delete(room: RoomId, told: FeedEvent): Promise<boolean> {
    return this.#ending.delete(room, told);
  }

  tombstone(room: RoomId): Promise<Tombstone | undefined> {
    return this.#ending.tombstone(room);
  }

  async member(room: RoomId, user: UserId): Promise<MemberRecord | undefined> {
    const answer = await this.#line.call('HGET', this.#keys.members(room), user);
    return answer === null ? undefined : toMember(user, text(answer));
  }

  async members(room: RoomId, {after, limit}: Page): Promise<{members: readonly MemberRecord[]; more: boolean}> {
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

  #saw(room: RoomId, [offset, stamp]: readonly unknown[]): void {
    this.#logs.saw(room, {offset: integer(offset), stamp: integer(stamp)});
  }

  #all(room: RoomId): [string, string, string] {
    return [this.#keys.room(room), this.#keys.members(room), this.#keys.membersInOrder(room)];
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

/** A room without an owner begins without an event. */
const nothingTold: FeedEvent = {name: '', data: {}};
