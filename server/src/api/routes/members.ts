import {displayName, groupId, role, roomId, userId} from '@parley/protocol';
import type {RoomAdministration} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';
import {atOnce, nothing} from './page.js';

const room = z.strictObject({room: roomId});
const memberParams = room.extend({user: userId});
const groupParams = room.extend({group: groupId});

const member = z.strictObject({
  user: userId,
  name: displayName,
  role: role.meta({description: 'The member’s own; a group may make them more.'}),
  joinedAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
});

const memberBody = z
  .strictObject({
    role: role.optional().meta({description: 'Unless given: what joining gives, or what they are already.'}),
    name: displayName.optional().meta({description: 'Shown until they come themselves; of a new member only.'}),
  })
  .optional();

const groupRole = z.strictObject({group: groupId, role});

const tags = ['rooms'];

/** Who is in a room as what: members by themselves, and the users of groups. */
export function memberRoutes(api: Api, {rooms}: {readonly rooms: RoomAdministration}): void {
  api.put(
    '/rooms/:room/members/:user',
    {
      schema: {
        operationId: 'setMember',
        summary: 'Make a user a member, or give a member another role',
        description: `Whatever the room’s access. The room is told by \`room.member\`, without \`by\`. Answers \`room_full\` or \`too_many_rooms\`. ${atOnce}`,
        tags,
        params: memberParams,
        body: memberBody,
        response: {200: member, ...refusals},
      },
    },
    async (request) => {
      const {params, body = {}, log} = request;
      const {user} = params;
      const asked = {user, ...(body.role && {role: body.role}), ...(body.name !== undefined && {name: body.name})};
      const {name, role: given, joinedAt} = await rooms.setMember(params.room, asked);
      log.info({room: params.room, user, role: given}, 'set a member');
      return {user, name, role: given, joinedAt};
    },
  );

  api.delete(
    '/rooms/:room/members/:user',
    {
      schema: {
        operationId: 'removeMember',
        summary: 'Remove a member',
        description: `Their sessions are told by \`room.removed\`, and hear nothing of the room afterwards. Whom the room’s access, a group or a token lets in may come again. Answers \`unknown_member\`. ${atOnce}`,
        tags,
        params: memberParams,
        response: {204: nothing('They are no member any more.'), ...refusals},
      },
    },
    async ({params, log}, reply) => {
      await rooms.removeMember(params.room, params.user);
      log.info(params, 'removed a member');
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/rooms/:room/groups',
    {
      schema: {
        operationId: 'roomGroups',
        summary: 'List the groups that have a role in a room',
        tags,
        params: room,
        response: {200: z.strictObject({groups: z.array(groupRole)}), ...refusals},
      },
    },
    async ({params}) => ({
      groups: [...(await rooms.groups(params.room))].map(([group, given]) => ({group, role: given})),
    }),
  );

  api.put(
    '/rooms/:room/groups/:group',
    {
      schema: {
        operationId: 'setRoomGroup',
        summary: 'Give the users of a group a role in a room',
        description: `It lets them in, however closed the room is. Answers \`unknown_group\` or \`too_many_groups\`. ${atOnce}`,
        tags,
        params: groupParams,
        body: z.strictObject({role}),
        response: {200: groupRole, ...refusals},
      },
    },
    async ({params, body, log}) => {
      await rooms.setGroup(params.room, params.group, body.role);
      log.info({...params, ...body}, 'gave a group a role');
      return {group: params.group, role: body.role};
    },
  );

  api.delete(
    '/rooms/:room/groups/:group',
    {
      schema: {
        operationId: 'dropRoomGroup',
        summary: 'Take a group’s role in a room away',
        description: `Whom nothing else lets in leaves. A group without a role there is fine. ${atOnce}`,
        tags,
        params: groupParams,
        response: {204: nothing('It has no role there any more.'), ...refusals},
      },
    },
    async ({params, log}, reply) => {
      await rooms.setGroup(params.room, params.group, undefined);
      log.info(params, 'took a group’s role away');
      return reply.code(204).send(null);
    },
  );
}
