import {ParleyError, roomId, session, sessionId, userId} from '@parley/protocol';
import type {Backstage, SessionRecord} from '@parley/signaling';
import {z} from 'zod';
import type {Api} from '../instance.js';
import {refusals} from '../openapi.js';

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

const kickBody = z.strictObject({message}).optional();
const kickUserBody = z
  .strictObject({message, except: sessionId.optional().meta({description: 'The session that is left alone.'})})
  .optional();

const kicked = z.strictObject({sessions: z.number().int().min(0).meta({description: 'Sessions that were ended.'})});

const kickDoc = 'They are closed with `kicked` (4502) on whichever node they are, and cannot be resumed.';

/** Who is connected, and ending it. */
export function sessionRoutes(api: Api, backstage: Pick<Backstage, 'sessionsOf' | 'kick'>): void {
  api.get(
    '/users/:user/sessions',
    {
      schema: {
        operationId: 'userSessions',
        summary: 'List a user’s sessions',
        description:
          'On all nodes; those that are away and may still be resumed included. Empty for a user without any.',
        tags: ['sessions'],
        params: z.strictObject({user: userId}),
        response: {
          200: z.strictObject({
            sessions: z.array(record),
            seenAt: z
              .number()
              .int()
              .optional()
              .meta({description: 'When the user was last known to be there, within thirty days, in milliseconds.'}),
          }),
          ...refusals,
        },
      },
    },
    async ({params: {user}}) => {
      const {sessions, seenAt} = await backstage.sessionsOf(user);
      return {sessions: sessions.map(toAnswer), ...(seenAt !== undefined && {seenAt})};
    },
  );

  api.post(
    '/users/:user/kick',
    {
      schema: {
        operationId: 'kickUser',
        summary: 'End all sessions of a user, or all but one',
        description: `${kickDoc} A user without sessions is fine: the answer is 0.`,
        tags: ['sessions'],
        params: z.strictObject({user: userId}),
        body: kickUserBody,
        response: {200: kicked, ...refusals},
      },
    },
    async (request) => {
      const {message, except} = request.body ?? {};
      const target = {user: request.params.user, ...(except !== undefined && {except})};
      const outcome = await backstage.kick(target, message);
      request.log.info({user: request.params.user, sessions: outcome.sessions}, 'kicked a user');
      return outcome;
    },
  );

  api.post(
    '/sessions/:session/kick',
    {
      schema: {
        operationId: 'kickSession',
        summary: 'End a session',
        description: `${kickDoc} Answers \`unknown_session\` if there is none of this id.`,
        tags: ['sessions'],
        params: z.strictObject({session: sessionId}),
        body: kickBody,
        response: {200: kicked, ...refusals},
      },
    },
    async (request) => {
      const outcome = await backstage.kick(request.params, request.body?.message);
      if (outcome.sessions === 0) throw new ParleyError('unknown_session');
      request.log.info({session: request.params.session}, 'kicked a session');
      return outcome;
    },
  );
}
