import {ParleyError, roomId, session, sessionId, userId} from '@parley/protocol';
import type {SessionRecord} from '@parley/signaling';
import {z} from 'zod';
import {nothingElse, verb} from './verb.js';

const area = 'sessions';

/** What else the store knows of a session stays inside. */
const record = session.sessionSummary
  .extend({
    name: z.string().meta({description: 'Display name.'}),
    rooms: z.array(roomId).meta({description: 'Rooms that the session has joined.'}),
    call: roomId.optional().meta({description: 'The room whose call it is in.'}),
  })
  .strip();

/** Without what is of no use outside: the ids of tokens, and what it follows. */
function toAnswer({session: id, user, name, device, node, state, createdAt, seenAt, rooms, call}: SessionRecord) {
  return {
    session: id,
    user,
    name,
    ...(device !== undefined && {device}),
    node,
    state,
    createdAt,
    seenAt,
    rooms: [...rooms],
    ...(call !== undefined && {call}),
  };
}

/** Shown to the client as the message of `session.closing`. */
const message = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .optional()
  .meta({description: 'For the person; the reason is `kicked`.'});

const kicked = z.strictObject({sessions: z.number().int().min(0).meta({description: 'Sessions that were ended.'})});

const kickDoc = 'They are closed with `kicked` (4502) on whichever node they are, and cannot be resumed.';

export const listUserSessions = verb({
  name: 'sessions.list',
  area,
  summary: 'List a user’s sessions',
  description: 'On all nodes; those that are away and may still be resumed included. Empty for a user without any.',
  effect: 'reads',
  names: {user: userId},
  input: nothingElse,
  output: z.strictObject({
    sessions: z.array(record),
    seenAt: z
      .number()
      .int()
      .optional()
      .meta({description: 'When the user was last known to be there, within thirty days, in milliseconds.'}),
  }),
  run: async ({user}, _input, {backstage}) => {
    const {sessions, seenAt} = await backstage.sessionsOf(user);
    return {sessions: sessions.map(toAnswer), ...(seenAt !== undefined && {seenAt})};
  },
});

export const kickUser = verb({
  name: 'users.kick',
  area,
  summary: 'End all sessions of a user, or all but one',
  description: `${kickDoc} A user without sessions is fine: the answer is 0.`,
  effect: 'changes',
  names: {user: userId},
  input: z
    .strictObject({message, except: sessionId.optional().meta({description: 'The session that is left alone.'})})
    .optional(),
  output: kicked,
  target: (input) => (input?.except === undefined ? {} : {except: input.except}),
  run: ({user}, input, {backstage}) =>
    backstage.kick({user, ...(input?.except !== undefined && {except: input.except})}, input?.message),
});

export const kickSession = verb({
  name: 'sessions.kick',
  area,
  summary: 'End a session',
  description: `${kickDoc} Answers \`unknown_session\` if there is none of this id.`,
  effect: 'changes',
  safeToRepeat: false,
  names: {session: sessionId},
  input: z.strictObject({message}).optional(),
  output: kicked,
  run: async (names, input, {backstage}) => {
    const outcome = await backstage.kick(names, input?.message);
    if (outcome.sessions === 0) throw new ParleyError('unknown_session');
    return outcome;
  },
});
