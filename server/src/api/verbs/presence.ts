import {presence, room, roomId, userId} from '@parley/protocol';
import {z} from 'zod';
import {nothingElse, verb} from './verb.js';

const defaultLimit = 100;
const mostUsers = 500;

const area = 'presence';

const page = z.strictObject({
  cursor: z.string().min(1).max(256).optional().meta({description: '`cursor` of the page before.'}),
  limit: z.coerce.number().int().min(1).max(mostUsers).default(defaultLimit),
});

/** No node is asked: the answers come from the store, however other nodes fare. */

export const getUserPresence = verb({
  name: 'presence.user',
  area,
  summary: 'Say whether a user is present',
  description: '`online`, `away` or `offline`, and the same of each device. A user without any session is offline.',
  effect: 'reads',
  names: {user: userId},
  input: nothingElse,
  output: presence.userPresence,
  run: async ({user}, _input, {backstage}) => {
    const [found = {user, status: 'offline' as const}] = await backstage.presenceOf([user]);
    return found;
  },
});

export const getPresence = verb({
  name: 'presence.users',
  area,
  summary: `Say which of up to ${mostUsers} users are present`,
  effect: 'reads',
  names: {},
  input: z.strictObject({users: z.array(userId).min(1).max(mostUsers)}),
  output: z.strictObject({users: z.array(presence.userPresence)}),
  run: async (_names, {users}, {backstage}) => ({users: [...(await backstage.presenceOf(users))]}),
});

export const getRoomPresence = verb({
  name: 'presence.room',
  area,
  summary: 'List a room’s members with their presence',
  description: 'Page by page in the order of user ids, those who are offline included.',
  effect: 'reads',
  names: {room: roomId},
  input: page,
  output: room.members.result,
  run: ({room: of}, {cursor, limit}, {backstage}) =>
    backstage.members(of, {limit, ...(cursor !== undefined && {cursor})}),
});
