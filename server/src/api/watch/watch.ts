import {presence, roomId, roomPattern, sessionId, userId} from '@parley/protocol';
import type {WatchRequest} from '@parley/signaling';
import {z} from 'zod';
import {parse} from '../parse.js';

const kinds = ['presence', 'sessions', 'calls'] as const;
const usualHeartbeatMs = 15_000;

const input = z.strictObject({
  kinds: z.array(z.enum(kinds)).min(1).max(kinds.length).optional().meta({description: 'All unless given.'}),
  rooms: z.array(roomPattern).min(1).max(100).optional().meta({
    description:
      'Only what is in these rooms, or in rooms that begin so (`team-*`). Unless given: all that the key is for; of a key for all rooms also what is in none.',
  }),
  users: z.array(userId).min(1).max(100).optional().meta({
    description: 'Only these. Beginnings and ends of calls, which are nobody’s, are not told then.',
  }),
  position: z.string().min(1).max(200).optional().meta({
    description:
      'The last one that an earlier watch of the same things told: what changed since is told instead of the state, if this node still knows it.',
  }),
  heartbeatMs: z.coerce.number().int().min(1_000).max(60_000).default(usualHeartbeatMs).meta({
    description: 'When nothing changes for so long, a `heartbeat` says so.',
  }),
});

const told = {
  at: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
  position: z
    .string()
    .optional()
    .meta({description: 'Where another watch can go on that has been told all up to here.'}),
};
const rooms = z.array(roomId).meta({description: 'Those of the rooms watched.'});

/** What is told, one by one. */
const news = z.discriminatedUnion('event', [
  z
    .strictObject({event: z.literal('snapshot'), why: z.enum(['asked', 'unknown_position']), ...told})
    .meta({description: 'What was told before is to be forgotten: the state follows, up to `ready`.'}),
  z.strictObject({event: z.literal('ready'), ...told}).meta({description: 'That was the state. Changes follow.'}),
  z
    .strictObject({event: z.literal('resumed'), ...told})
    .meta({description: 'What changed since the position follows.'}),
  z
    .strictObject({event: z.literal('heartbeat'), current: z.boolean(), ...told})
    .meta({description: 'Not `current`: the store is away or being read, and changes may be told late.'}),
  presence.userPresence
    .required()
    .extend({event: z.literal('presence'), rooms, ...told})
    .meta({description: 'A user, by their sessions in the rooms watched.'}),
  z
    .strictObject({
      event: z.literal('session'),
      session: sessionId,
      user: userId,
      name: z.string(),
      device: z.string().optional(),
      node: z.string(),
      state: z.enum(['connected', 'away', 'gone']),
      rooms,
      call: roomId.optional().meta({description: 'The room whose call it is in, or waits to be let in to.'}),
      ...told,
    })
    .meta({description: '`gone`: over, or in none of the rooms watched any more.'}),
  z
    .strictObject({event: z.literal('call'), room: roomId, state: z.enum(['running', 'over']), ...told})
    .meta({description: 'A room’s call began with its first session, or is over with its last.'}),
  z
    .strictObject({
      event: z.literal('peer'),
      room: roomId,
      session: sessionId,
      user: userId,
      name: z.string(),
      state: z.enum(['in', 'out']),
      ...told,
    })
    .meta({description: 'A session in a room’s call, or waiting to be let in.'}),
]);

/** What backends may watch, described once and without regard to the door. */
export const watch = {
  name: 'watch',
  area: 'watch',
  summary: 'Watch who is where, as it changes',
  description:
    'Presence, sessions and calls of all nodes: first the state, then each change as it is by then, until the reader or the server ends it. What comes and goes between two readings of a moment is not told.',
  input,
  output: news,
  /** Throws `invalid_payload` with the name of the first field that is not what it must be. */
  ask: (given: unknown): WatchRequest => {
    const {kinds: some = kinds, rooms: patterns, users, position, heartbeatMs} = parse(input, given);
    return {
      selection: {
        kinds: some,
        ...(patterns !== undefined && {rooms: patterns}),
        ...(users !== undefined && {users}),
      },
      heartbeatMs,
      ...(position !== undefined && {position}),
    };
  },
} as const;
