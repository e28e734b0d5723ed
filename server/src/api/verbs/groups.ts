import {groupId, role, room as wire, roomId, userId} from '@parley/protocol';
import {z} from 'zod';
import {atOnce, cursorOf, nextCursor, nothing, pageQuery, toPage} from './page.js';
import {nothingElse, verb} from './verb.js';

/** As many as one question to the other nodes is about. */
const mostUsersAtOnce = 500;

const area = 'groups';
const names = {group: groupId};

const record = z.strictObject({
  group: groupId,
  title: z.string(),
  users: z.number().int().min(0).meta({description: 'How many are in it.'}),
  createdAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
});

const someUsers = z.strictObject({users: z.array(userId).min(1).max(mostUsersAtOnce)});
const size = z.strictObject({users: z.number().int().min(0).meta({description: 'How many are in it now.'})});

export const listGroups = verb({
  name: 'groups.list',
  area,
  summary: 'List the groups of users',
  effect: 'reads',
  names: {},
  input: pageQuery,
  output: z.strictObject({groups: z.array(record), cursor: nextCursor}),
  run: async (_names, page, {backstage}) => {
    const {groups, more} = await backstage.groups.list(toPage(page));
    return {groups: [...groups], ...cursorOf(more, groups.at(-1)?.group)};
  },
});

export const createGroup = verb({
  name: 'groups.create',
  area,
  summary: 'Make a group of users',
  description: 'Nobody is in it, and no room names it. Answers `group_exists` or `too_many_groups`.',
  effect: 'changes',
  safeToRepeat: false,
  names: {},
  input: z.strictObject({group: groupId, title: wire.groupTitle.optional()}),
  output: record,
  target: ({group}) => ({group}),
  run: (_names, {group, title}, {backstage}) => backstage.groups.create({group, ...(title !== undefined && {title})}),
});

export const getGroup = verb({
  name: 'groups.get',
  area,
  summary: 'Describe a group of users',
  effect: 'reads',
  names,
  input: nothingElse,
  output: record,
  run: ({group}, _input, {backstage}) => backstage.groups.get(group),
});

export const removeGroup = verb({
  name: 'groups.remove',
  area,
  summary: 'Delete a group of users',
  description: `What rooms gave to it is gone with it. ${atOnce}`,
  effect: 'changes',
  safeToRepeat: false,
  names,
  input: nothingElse,
  output: nothing('It is gone.'),
  run: async ({group}, _input, {backstage}) => {
    await backstage.groups.remove(group);
    return null;
  },
});

export const listGroupUsers = verb({
  name: 'groups.users.list',
  area,
  summary: 'List the users of a group',
  effect: 'reads',
  names,
  input: pageQuery,
  output: z.strictObject({users: z.array(userId), cursor: nextCursor}),
  run: async ({group}, page, {backstage}) => {
    const {users, more} = await backstage.groups.users(group, toPage(page));
    return {users: [...users], ...cursorOf(more, users.at(-1))};
  },
});

export const addGroupUsers = verb({
  name: 'groups.users.add',
  area,
  summary: 'Put users into a group',
  description: `All of them or, with \`group_full\`, none. Who is in it already stays in it. ${atOnce}`,
  effect: 'changes',
  names,
  input: someUsers,
  output: size,
  target: (input) => input,
  run: async ({group}, {users}, {backstage}) => ({users: await backstage.groups.addUsers(group, users)}),
});

export const removeGroupUsers = verb({
  name: 'groups.users.remove',
  area,
  summary: 'Take users out of a group',
  description: `Whom nothing else lets into a room leaves it. Who is not in the group is passed over. ${atOnce}`,
  effect: 'changes',
  names,
  input: someUsers,
  output: size,
  target: (input) => input,
  run: async ({group}, {users}, {backstage}) => ({users: await backstage.groups.removeUsers(group, users)}),
});

export const listGroupRooms = verb({
  name: 'groups.rooms.list',
  area,
  summary: 'List the rooms that name a group, with the role that each gives to it',
  effect: 'reads',
  names,
  input: pageQuery,
  output: z.strictObject({rooms: z.array(z.strictObject({room: roomId, role})), cursor: nextCursor}),
  run: async ({group}, page, {backstage}) => {
    const {rooms, more} = await backstage.groups.rooms(group, toPage(page));
    return {rooms: [...rooms], ...cursorOf(more, rooms.at(-1)?.room)};
  },
});
