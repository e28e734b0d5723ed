import {access as accesses, type RoomId, type UserId} from '@parley/protocol';
import {deletedLogKeptMs, deletedRoomKeptMs, type FeedEvent, type Tombstone} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import {atOf} from './feed-message.js';
import type {Keys} from './keys.js';
import type {RedisRoomGroups} from './redis-room-groups.js';
import {fields, integer, list, text, texts} from './replies.js';
import type {RoomLogs} from './room-log.js';
import {groupsOf} from './room-records.js';

/** Former members that are seen to at a time. */
const batch = 500;

export interface RoomEndingOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly logs: RoomLogs;
  readonly groups: RedisRoomGroups;
  /** Takes the room off a user's list, unless they are a member. */
  readonly unlist: (user: UserId, room: RoomId) => Promise<void>;
  /** The greatest age of events in logs. */
  readonly logAgeMs: number;
}

/** The end of a room: what is in its slot in one step, and then the names of it elsewhere, which are hints. */
export class RoomEnding {
  readonly #options: RoomEndingOptions;

  constructor(options: RoomEndingOptions) {
    this.#options = options;
  }

  async delete(room: RoomId, told: FeedEvent): Promise<boolean> {
    const {line, keys, logs, groups, logAgeMs} = this.#options;
    const {keys: feed, args} = logs.appending(room, told);
    const answer = await line.run(
      'delete-room',
      [
        ...feed,
        keys.room(room),
        keys.members(room),
        keys.membersInOrder(room),
        keys.formerMembers(room),
        ...keys.answers(room),
        keys.lastWords(room),
        keys.callSettings(room),
        keys.callNotes(room),
      ],
      [...args, Math.min(deletedLogKeptMs, logAgeMs), deletedRoomKeptMs],
    );
    const [offset, stamp, ...record] = answer === null ? [] : list(answer);
    if (answer !== null) logs.saw(room, {offset: integer(offset), stamp: integer(stamp)});
    // Also if it was gone: whoever deleted it may have got no further.
    await this.#unlist(room);
    await this.#unlistOfMembers(room);
    await Promise.all(groupsOf(fields(record)).map((group) => groups.unname(room, group)));
    return answer !== null;
  }

  async tombstone(room: RoomId): Promise<Tombstone | undefined> {
    const {line, keys} = this.#options;
    const answer = await line.call('HMGET', keys.feed(room), 'deleted', 'access', 'epoch');
    const [deleted, access, epoch] = list(answer);
    if (deleted === null) return undefined;
    return {deletedAt: atOf(integer(deleted)), access: accesses.parse(access), epoch: text(epoch)};
  }

  /** Their lists of rooms are in slots of their own. */
  async #unlistOfMembers(room: RoomId): Promise<void> {
    const {line, keys, unlist} = this.#options;
    const former = keys.formerMembers(room);
    for (;;) {
      const users = texts(await line.call('ZRANGE', former, 0, batch - 1));
      if (users.length === 0) return;
      await Promise.all(users.map((user) => unlist(user, room)));
      await line.call('ZREM', former, ...users);
    }
  }

  /** Who creates one of the name lists it once more when it is there: so that it is listed, whoever is faster. */
  async #unlist(room: RoomId): Promise<void> {
    const {line, keys} = this.#options;
    await line.call('ZREM', keys.rooms, room);
    if (integer(await line.call('EXISTS', keys.room(room))) === 1) await line.call('ZADD', keys.rooms, 0, room);
  }
}
