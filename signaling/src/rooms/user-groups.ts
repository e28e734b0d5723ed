import {LimitReached, ParleyError, type GroupId, type UserId} from '@parley/protocol';
import type {GroupAdministration, NamePage} from '../administration.js';
import type {GroupDirectory, GroupRecord, RoomDirectory} from '../ports.js';
import type {RightsWatch} from '../sessions/rights-watch.js';

export interface UserGroupsOptions {
  readonly groups: GroupDirectory;
  readonly rooms: Pick<RoomDirectory, 'roomsOfGroup' | 'setGroup'>;
  readonly watch: Pick<RightsWatch, 'everywhereOf'>;
}

/** Rooms that are asked for at a time. */
const batch = 100;

/** Groups of users as backends change them, and what follows from it for live sessions. */
export class UserGroups implements GroupAdministration {
  readonly #options: UserGroupsOptions;

  constructor(options: UserGroupsOptions) {
    this.#options = options;
  }

  async create({group, title = group}: {group: GroupId; title?: string}): Promise<GroupRecord> {
    const {groups} = this.#options;
    // Whoever deleted one of this name may have died over telling the rooms: what they gave to that one is not this one's.
    if (!(await groups.get(group))) await this.#forget(group);
    const created = await groups.create({group, title});
    if (created === 'exists') throw new ParleyError('group_exists', {field: 'group'});
    if (created === 'full') throw new LimitReached('groups');
    return created;
  }

  async get(group: GroupId): Promise<GroupRecord> {
    return known(await this.#options.groups.get(group));
  }

  list(page: NamePage): ReturnType<GroupAdministration['list']> {
    return this.#options.groups.list(page);
  }

  async remove(group: GroupId): Promise<void> {
    const {groups, watch} = this.#options;
    const users = await groups.remove(group);
    if (users) await watch.everywhereOf(users);
    // Also if there was none: an earlier attempt may have got no further than that.
    await this.#forget(group);
    known(users);
  }

  async users(group: GroupId, page: NamePage): ReturnType<GroupAdministration['users']> {
    return known(await this.#options.groups.users(group, page));
  }

  async addUsers(group: GroupId, users: readonly UserId[]): Promise<number> {
    const {groups, watch} = this.#options;
    const size = await groups.addUsers(group, users);
    if (size === 'full') throw new LimitReached('users_per_group');
    if (size === 'unknown_group') throw new ParleyError('unknown_group');
    await watch.everywhereOf(users);
    return size;
  }

  async removeUsers(group: GroupId, users: readonly UserId[]): Promise<number> {
    const {groups, watch} = this.#options;
    const size = await groups.removeUsers(group, users);
    if (size === 'unknown_group') throw new ParleyError('unknown_group');
    await watch.everywhereOf(users);
    return size;
  }

  async rooms(group: GroupId, page: NamePage): ReturnType<GroupAdministration['rooms']> {
    await this.get(group);
    return this.#options.rooms.roomsOfGroup(group, page);
  }

  /** Rooms name it no more; nobody's rights change by it, since nobody is in it. */
  async #forget(group: GroupId): Promise<void> {
    const {rooms} = this.#options;
    let page: Awaited<ReturnType<RoomDirectory['roomsOfGroup']>> | undefined;
    do {
      const after = page?.rooms.at(-1)?.room;
      page = await rooms.roomsOfGroup(group, {limit: batch, ...(after !== undefined && {after})});
      await Promise.all(page.rooms.map(({room}) => rooms.setGroup(room, group, undefined)));
    } while (page.more);
  }
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ParleyError('unknown_group');
  return found;
}
