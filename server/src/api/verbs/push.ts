import {clientId, groupId, push, roomId, sessionId, userId, webPush, type Json} from '@parley/protocol';
import {longestTtlMs, type PushReport, type PushRequest} from '@parley/signaling';
import {z} from 'zod';
import {moment} from './moment.js';
import {nothingElse, verb} from './verb.js';

export const target = z
  .union([
    z.strictObject({user: userId}).meta({title: 'All sessions of a user'}),
    z.strictObject({group: groupId}).meta({title: 'All sessions of the users of a group'}),
    z.strictObject({session: sessionId}).meta({title: 'One session'}),
    z.strictObject({room: roomId}).meta({title: 'All sessions in a room'}),
    z.strictObject({all: z.literal(true)}).meta({title: 'Every session'}),
  ])
  .meta({description: 'Who it is for: exactly one of these.'});

const except = z
  .strictObject({
    users: z.array(userId).max(1_000).optional(),
    sessions: z.array(sessionId).max(1_000).optional(),
  })
  .meta({description: 'Who is left out of a group, a room or everybody; not with `store`.'});

/** More than any setting allows. */
const longestDelayMs = 366 * 24 * 3_600_000;

const idempotencyKey = clientId.meta({
  description:
    'The same key again within ten minutes is the same push: nothing is sent, the first answer is given. With another push it is a `conflict`.',
});

/** What a door puts in place of a text that is no JSON. */
export const noJson = Symbol('no JSON');

/** What arrives here came out of a JSON parser: whatever is there is JSON, and need not be walked through again. */
const anyJson = z.custom<Json>((value) => value !== undefined && value !== noJson, {
  error: ({input: given}) => (given === noJson ? 'is no JSON' : 'is missing'),
});

const input = z.strictObject({
  target,
  except: except.optional(),
  topic: push.pushTopic.meta({description: 'What it is about.', example: 'order.shipped'}),
  data: anyJson.meta({description: 'Any JSON.'}),
  store: z.boolean().default(false).meta({
    description:
      'Of a room: into its feed, ordered, replayed, in the history. Of a user or a group: kept for each device of these users until it has it.',
  }),
  ttlMs: z
    .number()
    .int()
    .min(1_000)
    .max(longestTtlMs)
    .optional()
    .meta({description: 'For how long it is kept for users, and browsers are tried; a day unless given.'}),
  collapseKey: clientId.optional().meta({
    description:
      'A device that is away gets only the latest push of this key that is stored for its user, and a browser shows only the latest.',
  }),
  ack: z
    .boolean()
    .optional()
    .meta({description: 'Clients acknowledge it within a minute, and are counted. What is kept for users always is.'}),
  notify: webPush.notification.optional().meta({
    description:
      'Shown by web push to those of the user, or of the group’s users, who have no connected session. A click opens the `room` or the `url`, a path of the page’s origin.',
  }),
  priority: z.enum(['low', 'normal', 'high']).optional().meta({
    description:
      'How soon a browser that spares its battery is woken for `notify`: the Urgency of RFC 8030, `normal` unless given. Whoever is connected gets every push at once, and what is kept comes in its order.',
  }),
  sendAt: moment.optional().meta({
    description:
      'Not now, but then: milliseconds since the Unix epoch. What is past is sent at once. At most `PARLEY_MAX_SCHEDULE_AHEAD` from now.',
  }),
  delayMs: z
    .number()
    .int()
    .min(0)
    .max(longestDelayMs)
    .optional()
    .meta({description: 'Not now, but so many milliseconds from now; instead of `sendAt`.'}),
  key: idempotencyKey.optional(),
});

export const report = z.strictObject({
  id: z.string().meta({description: 'The `id` that receivers see.'}),
  addressed: z.number().int().min(0).meta({description: 'Connected sessions that it was meant for.'}),
  reached: z.number().int().min(0).meta({description: 'Sessions of these that it was handed to, on all nodes.'}),
  stored: z.number().int().min(0).optional().meta({description: 'Users that it is kept for.'}),
  refused: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({description: 'Users of the group whose inboxes are full. Of a single user it is the error `inbox_full`.'}),
  browsers: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({description: 'Browsers of users who are away that it is sent to by web push, of one with `notify`.'}),
  epoch: z.string().optional().meta({description: 'Where it stands in the room’s feed, if it was stored.'}),
  offset: z.number().int().min(1).optional(),
  sendAt: z.number().int().min(0).optional().meta({
    description: 'It waits until then, and was sent to nobody yet: `GET /v1/scheduled/{id}` tells of it.',
  }),
  repeated: z.boolean().meta({description: 'The key was used before, and this is the first answer.'}),
});

export const sendPush = verb({
  name: 'push.send',
  area: 'push',
  summary: 'Push an event',
  description:
    'Sends an event to a user, a group, a session, a room or everyone, on whichever nodes they are connected.',
  effect: 'changes',
  safeToRepeat: false,
  names: {},
  input,
  output: report,
  target: ({target: to}) => to,
  intoFeed: (asked) => {
    const isLater = asked.sendAt !== undefined || asked.delayMs !== undefined;
    return asked.store && 'room' in asked.target && !isLater ? requestOf(asked) : undefined;
  },
  run: async (_names, asked, {backstage}) => pushAnswer(await backstage.push(requestOf(asked))),
});

const requestOf = ({key, ...rest}: z.output<typeof input>): PushRequest => ({...rest, ...(key !== undefined && {key})});

/** A report as backends are told it. */
export const pushAnswer = ({position, ...outcome}: PushReport): z.input<typeof report> => ({...outcome, ...position});

const count = (description: string) => z.number().int().min(0).meta({description});

const outcome = z.strictObject({
  id: z.string(),
  at: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
  expiresAt: z.number().int().min(0).optional(),
  addressed: count('Connected sessions that it was meant for.'),
  reached: count('Sessions of these that it was handed to at once.'),
  acknowledged: count('Of a push kept for users: by devices. Else by sessions, within a minute. At least so many.'),
  stored: count('Users that it was kept for.'),
  refused: count('Users whose inboxes were full.'),
  waiting: count('Users who have not had it yet on any device, and may until it expires.'),
  superseded: count('Users who had a newer one of its collapse key instead.'),
  expired: count('Users for whom it expired before any device had it.'),
  browsers: count('Browsers of users who were away that it was sent to by web push.'),
  browsersReached: count('Browsers of these whose push service took it.'),
  browsersFailed: count('Browsers of these that cannot have it any more: gone, refused, or not reached in time.'),
});

export const getPush = verb({
  name: 'push.get',
  area: 'push',
  summary: 'What became of a push',
  description:
    'Of a push that is kept for users, that clients acknowledge or that browsers show, until an hour after it has expired or, without being kept, was sent. Of others the answer to the push says everything.',
  effect: 'reads',
  names: {id: clientId},
  input: nothingElse,
  output: outcome,
  run: ({id}, _input, {backstage}) => backstage.pushOutcome(id),
});
