import type {GroupId, Role, RoomId, UserId} from '@parley/protocol';
import type {GroupDirectory, MemberRecord, RoomDirectory, RoomStandings} from '../ports.js';
import {highest, type RoomWord} from './standing.js';

export interface RoomWordsOptions {
  readonly rooms: Pick<RoomDirectory, 'standings'>;
  readonly groups: Pick<GroupDirectory, 'among'>;
}

/** Reads what rooms say of users: their membership, and the groups that they are in. */
export class RoomWords {
  readonly #options: RoomWordsOptions;

  constructor(options: RoomWordsOptions) {
    this.#options = options;
  }

  /** The room's word on each of the users; undefined if there is no such room. Groups are asked only if the room names some. */
  async read(
    room: RoomId,
    users: readonly UserId[],
  ): Promise<{readonly standings: RoomStandings; readonly words: ReadonlyMap<UserId, RoomWord>} | undefined> {
    const {rooms, groups} = this.#options;
    const standings = await rooms.standings(room, users);
    if (!standings) return undefined;
    const named = [...standings.groups.keys()];
    const theirs = named.length === 0 ? undefined : await groups.among(named, users);
    const words = users.map((user) => [user, wordOf(standings, user, theirs?.get(user))] as const);
    return {standings, words: new Map(words)};
  }

  /** The room's word on one user. */
  async of(
    room: RoomId,
    user: UserId,
  ): Promise<{readonly word: RoomWord; readonly member: MemberRecord | undefined} | undefined> {
    const found = await this.read(room, [user]);
    const word = found?.words.get(user);
    return word && {word, member: found?.standings.members.get(user)};
  }
}

function wordOf(standings: RoomStandings, user: UserId, theirs: ReadonlySet<GroupId> | undefined): RoomWord {
  const {access, joinAs, groups, members} = standings;
  const member = members.get(user);
  const lent: (Role | undefined)[] = theirs ? [...theirs].map((group) => groups.get(group)) : [];
  return {own: member?.lent === false ? member.role : undefined, group: highest(lent), access, joinAs};
}
