import type {GroupId, UserId} from '@parley/protocol';
import type {Clock, GroupBounds, GroupDirectory, GroupRecord} from '../ports.js';
import type {Link} from './link.js';
import {SortedNames} from './sorted-names.js';

interface HeldGroup extends Omit<GroupRecord, 'users'> {
  readonly users: Set<UserId>;
  readonly order: SortedNames;
}

/** The groups of the cluster, shared by all nodes. */
export class GroupTable {
  readonly groups = new Map<GroupId, HeldGroup>();
  readonly order = new SortedNames();
}

const toRecord = ({group, title, createdAt, users}: HeldGroup): GroupRecord => ({
  group,
  title,
  users: users.size,
  createdAt,
});

/** A node's view of the groups. */
export class MemoryGroups implements GroupDirectory {
  readonly #link: Link;
  readonly #table: GroupTable;
  readonly #clock: Clock;
  readonly #bounds: GroupBounds;

  constructor(link: Link, table: GroupTable, clock: Clock, bounds: GroupBounds) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  create({group, title}: {group: GroupId; title: string}): ReturnType<GroupDirectory['create']> {
    return this.#link.act(() => {
      const {groups, order} = this.#table;
      if (groups.has(group)) return 'exists';
      if (groups.size >= this.#bounds.groups) return 'full';
      const held = {group, title, createdAt: this.#clock.now(), users: new Set<UserId>(), order: new SortedNames()};
      groups.set(group, held);
      order.add(group);
      return toRecord(held);
    });
  }

  get(group: GroupId): Promise<GroupRecord | undefined> {
    return this.#link.act(() => {
      const held = this.#table.groups.get(group);
      return held === undefined ? undefined : toRecord(held);
    });
  }

  remove(group: GroupId): ReturnType<GroupDirectory['remove']> {
    return this.#link.act(() => {
      const held = this.#table.groups.get(group);
      this.#table.order.delete(group);
      this.#table.groups.delete(group);
      return held && [...held.users];
    });
  }

  list(page: {after?: string; limit: number}): ReturnType<GroupDirectory['list']> {
    return this.#link.act(() => {
      const {names, more} = this.#table.order.page(page);
      const held = names.map((name) => this.#table.groups.get(name)).filter((group) => group !== undefined);
      return {groups: held.map(toRecord), more};
    });
  }

  addUsers(group: GroupId, users: readonly UserId[]): ReturnType<GroupDirectory['addUsers']> {
    return this.#link.act(() => {
      const held = this.#table.groups.get(group);
      if (held === undefined) return 'unknown_group';
      const fresh = new Set(users.filter((user) => !held.users.has(user)));
      if (held.users.size + fresh.size > this.#bounds.usersPerGroup) return 'full';
      for (const user of fresh) {
        held.users.add(user);
        held.order.add(user);
      }
      return held.users.size;
    });
  }

  removeUsers(group: GroupId, users: readonly UserId[]): ReturnType<GroupDirectory['removeUsers']> {
    return this.#link.act(() => {
      const held = this.#table.groups.get(group);
      if (held === undefined) return 'unknown_group';
      for (const user of users) if (held.users.delete(user)) held.order.delete(user);
      return held.users.size;
    });
  }

  users(group: GroupId, page: {after?: string; limit: number}): ReturnType<GroupDirectory['users']> {
    return this.#link.act(() => {
      const held = this.#table.groups.get(group);
      if (held === undefined) return undefined;
      const {names, more} = held.order.page(page);
      return {users: names, more};
    });
  }

  among(groups: readonly GroupId[], users: readonly UserId[]): ReturnType<GroupDirectory['among']> {
    return this.#link.act(() => {
      const found = new Map<UserId, Set<GroupId>>();
      for (const user of users) {
        const theirs = groups.filter((group) => this.#table.groups.get(group)?.users.has(user));
        if (theirs.length > 0) found.set(user, new Set(theirs));
      }
      return found;
    });
  }
}
