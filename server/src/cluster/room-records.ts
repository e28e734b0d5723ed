import {
  access as accesses,
  joinAs as joiningRoles,
  role,
  videoCodecs,
  type GroupId,
  type Role,
  type RoomId,
  type UserId,
} from '@parley/protocol';
import type {MemberRecord, RoomRecord, RoomStandings} from '@parley/signaling';
import {fields, integer, list, text} from './replies.js';

/** From what `get-room` answers. */
export function toRoom(room: RoomId, answer: readonly unknown[]): RoomRecord {
  const [title, maxMembers, createdAt, access, joinAs, slowModeMs, codecs, members] = answer;
  return {
    room,
    title: text(title),
    maxMembers: integer(maxMembers),
    members: integer(members),
    createdAt: integer(createdAt),
    slowModeMs: integer(slowModeMs),
    access: accesses.parse(access),
    joinAs: joiningRoles.parse(joinAs),
    videoCodecs: videoCodecs.parse(text(codecs).split(',')),
  };
}

/** From `<joined at> <role> <name>`, with a ~ before the role if the membership is lent. */
export function toMember(user: UserId, value: string): MemberRecord {
  const [, joinedAt, lent, held, name = ''] = /^(\d+) (~?)([a-z]+) (.*)$/s.exec(value) ?? [];
  return {user, name, role: role.parse(held), lent: lent === '~', joinedAt: integer(joinedAt)};
}

export const fromMember = ({name, role, lent, joinedAt}: MemberRecord): string =>
  `${joinedAt} ${lent ? '~' : ''}${role} ${name}`;

/** In a room's hash, before the name of a group: the field holds what the group's users are. */
export const groupField = 'group:';

/** The groups that a room's hash names. */
export const groupsOf = (room: ReadonlyMap<string, string>): readonly GroupId[] =>
  [...room.keys()].filter((name) => name.startsWith(groupField)).map((name) => name.slice(groupField.length));

/** From what `standings` answers for these users. */
export function toStandings(users: readonly UserId[], answer: unknown): RoomStandings | undefined {
  if (answer === null) return undefined;
  const [room, values] = list(answer);
  const known = fields(room);
  const groups = new Map<GroupId, Role>();
  for (const group of groupsOf(known)) groups.set(group, role.parse(known.get(groupField + group)));
  const members = new Map<UserId, MemberRecord>();
  for (const [at, value] of list(values).entries()) {
    const user = users[at];
    if (user !== undefined && value !== null) members.set(user, toMember(user, text(value)));
  }
  return {
    access: accesses.parse(known.get('access')),
    joinAs: joiningRoles.parse(known.get('joinAs')),
    groups,
    members,
  };
}
