import type {GroupId, UserId} from '@parley/protocol';
import type {GroupBounds, GroupDirectory, GroupRecord} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text, texts} from './replies.js';

interface Page {
  readonly after?: string;
  readonly limit: number;
}

const boundAfter = (name: string | undefined): string => (name === undefined ? '-' : `(${name}`);

/** Groups in Redis: a group with its users is in one slot, the list of their names in another. */
export class RedisGroups implements GroupDirectory {
  readonly #line: CommandLine;
  readonly #keys: Keys;
  readonly #bounds: GroupBounds;

  constructor(line: CommandLine, keys: Keys, bounds: GroupBounds) {
    this.#line = line;
    this.#keys = keys;
    this.#bounds = bounds;
  }

  async create({group, title}: {group: GroupId; title: string}): Promise<GroupRecord | 'exists' | 'full'> {
    // The name goes first: a listed group that does not exist is left out, one that is not listed would not be counted.
    const listed = await this.#line.run('list-group', [this.#keys.groups], [group, this.#bounds.groups]);
    if (integer(listed) === 0) return 'full';
    const createdAt = await this.#line.run('create-group', [this.#keys.group(group)], [title]);
    return createdAt === null ? 'exists' : {group, title, users: 0, createdAt: integer(createdAt)};
  }

  async get(group: GroupId): Promise<GroupRecord | undefined> {
    const answer = await this.#line.run('get-group', this.#both(group), []);
    if (answer === null) return undefined;
    const [title, createdAt, users] = list(answer);
    return {group, title: text(title), users: integer(users), createdAt: integer(createdAt)};
  }

  async remove(group: GroupId): Promise<readonly UserId[] | undefined> {
    const answer = await this.#line.run('drop-group', this.#both(group), []);
    await this.#line.call('ZREM', this.#keys.groups, group);
    // Created again meanwhile: then its name stays.
    if (integer(await this.#line.call('EXISTS', this.#keys.group(group))) === 1)
      await this.#line.call('ZADD', this.#keys.groups, 0, group);
    return answer === null ? undefined : texts(answer);
  }

  async list({after, limit}: Page): Promise<{groups: readonly GroupRecord[]; more: boolean}> {
    const names = await this.#page(this.#keys.groups, after, limit + 1);
    const groups = await Promise.all(names.slice(0, limit).map((group) => this.get(group)));
    return {groups: groups.filter((group) => group !== undefined), more: names.length > limit};
  }

  async addUsers(group: GroupId, users: readonly UserId[]): Promise<number | 'full' | 'unknown_group'> {
    const answer = await this.#line.run('add-users', this.#both(group), [this.#bounds.usersPerGroup, ...users]);
    return answer === 'full' || answer === 'unknown_group' ? answer : integer(answer);
  }

  async removeUsers(group: GroupId, users: readonly UserId[]): Promise<number | 'unknown_group'> {
    const answer = await this.#line.run('drop-users', this.#both(group), users);
    return answer === 'unknown_group' ? answer : integer(answer);
  }

  async users(group: GroupId, {after, limit}: Page): Promise<{users: readonly UserId[]; more: boolean} | undefined> {
    const [record, users] = this.#both(group);
    const [exists, found] = await Promise.all([this.#line.call('EXISTS', record), this.#page(users, after, limit + 1)]);
    return integer(exists) === 0 ? undefined : {users: found.slice(0, limit), more: found.length > limit};
  }

  async among(
    groups: readonly GroupId[],
    users: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, ReadonlySet<GroupId>>> {
    const found = new Map<UserId, Set<GroupId>>();
    if (users.length === 0) return found;
    const scores = await Promise.all(
      groups.map(async (group) => list(await this.#line.call('ZMSCORE', this.#keys.groupUsers(group), ...users))),
    );
    for (const [at, user] of users.entries()) {
      const theirs = groups.filter((_, index) => (scores[index]?.[at] ?? null) !== null);
      if (theirs.length > 0) found.set(user, new Set(theirs));
    }
    return found;
  }

  #both(group: GroupId): [record: string, users: string] {
    return [this.#keys.group(group), this.#keys.groupUsers(group)];
  }

  async #page(key: string, after: string | undefined, limit: number): Promise<readonly string[]> {
    return texts(await this.#line.call('ZRANGEBYLEX', key, boundAfter(after), '+', 'LIMIT', 0, limit));
  }
}
