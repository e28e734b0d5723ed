import {groupId, role, room as wire, roomId, userId} from '@parley/protocol';
import type {GroupAdministration} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';
import {atOnce, cursorOf, nextCursor, nothing, pageQuery, toPage} from './page.js';

/** As many as one question to the other nodes is about. */
const mostUsersAtOnce = 500;

const params = z.strictObject({group: groupId});

const record = z.strictObject({
  group: groupId,
  title: z.string(),
  users: z.number().int().min(0).meta({description: 'How many are in it.'}),
  createdAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
});

const usersBody = z.strictObject({users: z.array(userId).min(1).max(mostUsersAtOnce)});
const size = z.strictObject({users: z.number().int().min(0).meta({description: 'How many are in it now.'})});

const tags = ['groups'];

/** Groups of users, which rooms can give a role to. */
export function groupRoutes(api: Api, {groups}: {readonly groups: GroupAdministration}): void {
  api.get(
    '/groups',
    {
      schema: {
        operationId: 'groups',
        summary: 'List the groups of users',
        tags,
        querystring: pageQuery,
        response: {200: z.strictObject({groups: z.array(record), cursor: nextCursor}), ...refusals},
      },
    },
    async ({query}) => {
      const {groups: found, more} = await groups.list(toPage(query));
      return {groups: [...found], ...cursorOf(more, found.at(-1)?.group)};
    },
  );

  api.post(
    '/groups',
    {
      schema: {
        operationId: 'createGroup',
        summary: 'Make a group of users',
        description: 'Nobody is in it, and no room names it. Answers `group_exists` or `too_many_groups`.',
        tags,
        body: z.strictObject({group: groupId, title: wire.groupTitle.optional()}),
        response: {200: record, ...refusals},
      },
    },
    async ({body: {group, title}, log}) => {
      const made = await groups.create({group, ...(title !== undefined && {title})});
      log.info({group}, 'made a group');
      return made;
    },
  );

  api.get(
    '/groups/:group',
    {
      schema: {
        operationId: 'group',
        summary: 'Describe a group of users',
        tags,
        params,
        response: {200: record, ...refusals},
      },
    },
    ({params: {group}}) => groups.get(group),
  );

  api.delete(
    '/groups/:group',
    {
      schema: {
        operationId: 'deleteGroup',
        summary: 'Delete a group of users',
        description: `What rooms gave to it is gone with it. ${atOnce}`,
        tags,
        params,
        response: {204: nothing('It is gone.'), ...refusals},
      },
    },
    async ({params: {group}, log}, reply) => {
      await groups.remove(group);
      log.info({group}, 'deleted a group');
      return reply.code(204).send(null);
    },
  );

  api.get(
    '/groups/:group/users',
    {
      schema: {
        operationId: 'groupUsers',
        summary: 'List the users of a group',
        tags,
        params,
        querystring: pageQuery,
        response: {200: z.strictObject({users: z.array(userId), cursor: nextCursor}), ...refusals},
      },
    },
    async ({params: {group}, query}) => {
      const {users, more} = await groups.users(group, toPage(query));
      return {users: [...users], ...cursorOf(more, users.at(-1))};
    },
  );

  api.post(
    '/groups/:group/users/add',
    {
      schema: {
        operationId: 'addGroupUsers',
        summary: 'Put users into a group',
        description: `All of them or, with \`group_full\`, none. Who is in it already stays in it. ${atOnce}`,
        tags,
        params,
        body: usersBody,
        response: {200: size, ...refusals},
      },
    },
    async ({params: {group}, body, log}) => {
      const users = await groups.addUsers(group, body.users);
      log.info({group, added: body.users.length, users}, 'put users into a group');
      return {users};
    },
  );

  api.post(
    '/groups/:group/users/remove',
    {
      schema: {
        operationId: 'removeGroupUsers',
        summary: 'Take users out of a group',
        description: `Whom nothing else lets into a room leaves it. Who is not in the group is passed over. ${atOnce}`,
        tags,
        params,
        body: usersBody,
        response: {200: size, ...refusals},
      },
    },
    async ({params: {group}, body, log}) => {
      const users = await groups.removeUsers(group, body.users);
      log.info({group, removed: body.users.length, users}, 'took users out of a group');
      return {users};
    },
  );

  api.get(
    '/groups/:group/rooms',
    {
      schema: {
        operationId: 'groupRooms',
        summary: 'List the rooms that name a group, with the role that each gives to it',
        tags,
        params,
        querystring: pageQuery,
        response: {
          200: z.strictObject({rooms: z.array(z.strictObject({room: roomId, role})), cursor: nextCursor}),
          ...refusals,
        },
      },
    },
    async ({params: {group}, query}) => {
      const {rooms, more} = await groups.rooms(group, toPage(query));
      return {rooms: [...rooms], ...cursorOf(more, rooms.at(-1)?.room)};
    },
  );
}
