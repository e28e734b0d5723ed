import {displayName, groupId, role, roomId, userId} from '@parley/protocol';
import {z} from 'zod';
import {atOnce, nothing} from './page.js';
import {nothingElse, verb} from './verb.js';

const area = 'rooms';
const ofMember = {room: roomId, user: userId};
const ofGroup = {room: roomId, group: groupId};

const member = z.strictObject({
  user: userId,
  name: displayName,
  role: role.meta({description: 'The member’s own; a group may make them more.'}),
  joinedAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
});

const groupRole = z.strictObject({group: groupId, role});

export const setMember = verb({
  name: 'members.set',
  area,
  summary: 'Make a user a member, or give a member another role',
  description: `Whatever the room’s access. The room is told by \`room.member\`, without \`by\`. Answers \`room_full\` or \`too_many_rooms\`. ${atOnce}`,
  effect: 'changes',
  names: ofMember,
  input: z
    .strictObject({
      role: role.optional().meta({description: 'Unless given: what joining gives, or what they are already.'}),
      name: displayName.optional().meta({description: 'Shown until they come themselves; of a new member only.'}),
    })
    .optional(),
  output: member,
  target: (input) => (input?.role === undefined ? {} : {role: input.role}),
  run: async ({room, user}, input, {backstage}) => {
    const asked = {user, ...(input?.role && {role: input.role}), ...(input?.name !== undefined && {name: input.name})};
    const {name, role: given, joinedAt} = await backstage.rooms.setMember(room, asked);
    return {user, name, role: given, joinedAt};
  },
});

export const removeMember = verb({
  name: 'members.remove',
  area,
  summary: 'Remove a member',
  description: `Their sessions are told by \`room.removed\`, and hear nothing of the room afterwards. Whom the room’s access, a group or a token lets in may come again. Answers \`unknown_member\`. ${atOnce}`,
  effect: 'changes',
  names: ofMember,
  input: nothingElse,
  output: nothing('They are no member any more.'),
  run: async ({room, user}, _input, {backstage}) => {
    await backstage.rooms.removeMember(room, user);
    return null;
  },
});

export const listRoomGroups = verb({
  name: 'rooms.groups.list',
  area,
  summary: 'List the groups that have a role in a room',
  effect: 'reads',
  names: {room: roomId},
  input: nothingElse,
  output: z.strictObject({groups: z.array(groupRole)}),
  run: async ({room}, _input, {backstage}) => ({
    groups: [...(await backstage.rooms.groups(room))].map(([group, given]) => ({group, role: given})),
  }),
});

export const setRoomGroup = verb({
  name: 'rooms.groups.set',
  area,
  summary: 'Give the users of a group a role in a room',
  description: `It lets them in, however closed the room is. Answers \`unknown_group\` or \`too_many_groups\`. ${atOnce}`,
  effect: 'changes',
  names: ofGroup,
  input: z.strictObject({role}),
  output: groupRole,
  target: (input) => input,
  run: async ({room, group}, {role: given}, {backstage}) => {
    await backstage.rooms.setGroup(room, group, given);
    return {group, role: given};
  },
});

export const removeRoomGroup = verb({
  name: 'rooms.groups.remove',
  area,
  summary: 'Take a group’s role in a room away',
  description: `Whom nothing else lets in leaves. A group without a role there is fine. ${atOnce}`,
  effect: 'changes',
  names: ofGroup,
  input: nothingElse,
  output: nothing('It has no role there any more.'),
  run: async ({room, group}, _input, {backstage}) => {
    await backstage.rooms.setGroup(room, group, undefined);
    return null;
  },
});
