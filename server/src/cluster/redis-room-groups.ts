import {role as roles, room as wire, type GroupId, type Role, type RoomId} from '@parley/protocol';
import type {RoomOfGroup} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {groupField} from './room-records.js';
import {texts} from './replies.js';

/** Hints that are looked at together, so that a group of very many rooms leaves room for others on the line. */
const batch = 200;

/**
 * Which groups a room names, in the room's slot; and, in the group's, hints which rooms those may be. The rooms know
 * better: a hint may be stale, but no room that names the group is without one, whatever dies between.
 */
export class RedisRoomGroups {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async set(room: RoomId, group: GroupId, role: Role | undefined): Promise<'set' | 'full' | 'unknown_room'> {
    // Before, so that a named group is never without its hint; after, so that whoever takes one away does not take ours.
    if (role !== undefined) await this.#hint(room, group);
    const answer = await this.#line.run('set-group', [this.#keys.room(room)], [group, role ?? '', wire.groupsPerRoom]);
    const outcome = answer === 'set' || answer === 'full' ? answer : 'unknown_room';
    if (outcome === 'set' && role !== undefined) await this.#hint(room, group);
    else await this.#checkHint(room, group);
    return outcome;
  }

  async page(
    group: GroupId,
    {after, limit}: {after?: string; limit: number},
  ): Promise<{rooms: readonly RoomOfGroup[]; more: boolean}> {
    const rooms: RoomOfGroup[] = [];
    let from = after;
    while (rooms.length <= limit) {
      const hinted = await this.#hints(group, from);
      const roles = await Promise.all(hinted.map((room) => this.#roleOf(room, group)));
      for (const [at, room] of hinted.entries()) {
        const role = roles[at];
        if (role !== undefined) rooms.push({room, role});
      }
      if (hinted.length < batch) break;
      from = hinted.at(-1);
    }
    return {rooms: rooms.slice(0, limit), more: rooms.length > limit};
  }

  async #hints(group: GroupId, after: string | undefined): Promise<readonly RoomId[]> {
    const from = after === undefined ? '-' : `(${after}`;
    return texts(await this.#line.call('ZRANGEBYLEX', this.#keys.roomsOfGroup(group), from, '+', 'LIMIT', 0, batch));
  }

  async #roleOf(room: RoomId, group: GroupId): Promise<Role | undefined> {
    const answer = await this.#line.call('HGET', this.#keys.room(room), groupField + group);
    return answer === null ? undefined : roles.parse(answer);
  }

  #hint(room: RoomId, group: GroupId): Promise<unknown> {
    return this.#line.call('ZADD', this.#keys.roomsOfGroup(group), 0, room);
  }

  /** The room that named it is gone. */
  unname(room: RoomId, group: GroupId): Promise<void> {
    return this.#checkHint(room, group);
  }

  /** Takes the hint away, and puts it back if the room names the group again. */
  async #checkHint(room: RoomId, group: GroupId): Promise<void> {
    if ((await this.#roleOf(room, group)) !== undefined) return;
    await this.#line.call('ZREM', this.#keys.roomsOfGroup(group), room);
    if ((await this.#roleOf(room, group)) !== undefined) await this.#hint(room, group);
  }
}
