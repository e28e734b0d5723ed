import {presence, room, roomId, userId} from '@parley/protocol';
import type {Backstage} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';

const defaultLimit = 100;
const mostUsers = 500;

const page = z.strictObject({
  cursor: z.string().min(1).max(256).optional().meta({description: '`cursor` of the page before.'}),
  limit: z.coerce.number().int().min(1).max(mostUsers).default(defaultLimit),
});

/** Who is here. No node is asked: the answer comes from the store, however other nodes fare. */
export function presenceRoutes(api: Api, backstage: Pick<Backstage, 'presenceOf' | 'members'>): void {
  api.get(
    '/users/:user/presence',
    {
      schema: {
        operationId: 'userPresence',
        summary: 'Say whether a user is present',
        description:
          '`online`, `away` or `offline`, and the same of each device. A user without any session is offline.',
        tags: ['presence'],
        params: z.strictObject({user: userId}),
        response: {200: presence.userPresence, ...refusals},
      },
    },
    async ({params: {user}}) => {
      const [found = {user, status: 'offline' as const}] = await backstage.presenceOf([user]);
      return found;
    },
  );

  api.post(
    '/presence',
    {
      schema: {
        operationId: 'presence',
        summary: `Say which of up to ${mostUsers} users are present`,
        tags: ['presence'],
        body: z.strictObject({users: z.array(userId).min(1).max(mostUsers)}),
        response: {200: z.strictObject({users: z.array(presence.userPresence)}), ...refusals},
      },
    },
    async ({body: {users}}) => ({users: [...(await backstage.presenceOf(users))]}),
  );

  api.get(
    '/rooms/:room/presence',
    {
      schema: {
        operationId: 'roomPresence',
        summary: 'List a room’s members with their presence',
        description: 'Page by page in the order of user ids, those who are offline included.',
        tags: ['presence'],
        params: z.strictObject({room: roomId}),
        querystring: page,
        response: {200: room.members.result, ...refusals},
      },
    },
    ({params, query: {cursor, limit}}) =>
      backstage.members(params.room, {limit, ...(cursor !== undefined && {cursor})}),
  );
}
