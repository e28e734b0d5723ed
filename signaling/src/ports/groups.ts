import type {GroupId, UserId} from '@parley/protocol';

export interface GroupRecord {
  readonly group: GroupId;
  readonly title: string;
  readonly users: number;
  readonly createdAt: number;
}

/** The most that is kept: groups of the cluster, and users of a group. */
export interface GroupBounds {
  readonly groups: number;
  readonly usersPerGroup: number;
}

export const defaultGroupBounds: GroupBounds = {groups: 10_000, usersPerGroup: 10_000};

/**
 * Groups of users that rooms can give a role to.
 *
 * Guarantee: each call is atomic; the bounds are exact under any number of concurrent calls, and users that do not all
 * fit are not added at all. Pages are ordered by name, and a cursor is the last name of the page before.
 */
export interface GroupDirectory {
  create(group: {group: GroupId; title: string}): Promise<GroupRecord | 'exists' | 'full'>;
  get(group: GroupId): Promise<GroupRecord | undefined>;
  /** Those who were in it, from then on in nothing; undefined if there is none. */
  remove(group: GroupId): Promise<readonly UserId[] | undefined>;
  list(page: {after?: string; limit: number}): Promise<{groups: readonly GroupRecord[]; more: boolean}>;
  /** How many users it has afterwards. */
  addUsers(group: GroupId, users: readonly UserId[]): Promise<number | 'full' | 'unknown_group'>;
  removeUsers(group: GroupId, users: readonly UserId[]): Promise<number | 'unknown_group'>;
  users(
    group: GroupId,
    page: {after?: string; limit: number},
  ): Promise<{users: readonly UserId[]; more: boolean} | undefined>;
  /** Which of the groups each of the users is in; those in none are left out. */
  among(groups: readonly GroupId[], users: readonly UserId[]): Promise<ReadonlyMap<UserId, ReadonlySet<GroupId>>>;
}
