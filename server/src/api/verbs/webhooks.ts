import {z} from 'zod';
import {pageQuery, nextCursor} from './page.js';
import {nothingElse, verb} from './verb.js';

const names = {
  receiver: z.string().min(1).max(32).meta({description: 'Its name in `PARLEY_WEBHOOKS`.'}),
};

const state = z.strictObject({
  receiver: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  queued: z.number().int().min(0).meta({description: 'What waits: events, and rooms whose logs have grown.'}),
  parked: z.number().int().min(0).meta({description: 'Events that were given up.'}),
});

const parkedEvent = z.strictObject({
  id: z.string(),
  type: z.string().meta({example: 'parley.session.closed'}),
  reason: z.string().meta({description: 'What came of the last attempt.', example: 'status 500'}),
  attempts: z.number().int().min(1),
  parkedAt: z.number().int().meta({description: 'Milliseconds since the Unix epoch.'}),
  payload: z.looseObject({}).meta({description: 'The CloudEvent as it was sent.'}),
});

const some = z
  .strictObject({
    ids: z.array(z.string().min(1).max(200)).min(1).max(1_000).optional().meta({description: 'All, if not given.'}),
  })
  .optional();

const concerning = ({ids}: {ids?: readonly string[] | undefined} = {}): {events: number | 'all'} => ({
  events: ids?.length ?? 'all',
});

export const listWebhooks = verb({
  name: 'webhooks.list',
  area: 'webhooks',
  summary: 'List the webhook receivers',
  description: 'With how much waits for each, and how much was given up.',
  effect: 'reads',
  names: {},
  input: nothingElse,
  output: z.strictObject({receivers: z.array(state)}),
  run: async (_names, _input, {webhooks}) => ({
    receivers: (await webhooks.list()).map((one) => ({...one, events: [...one.events]})),
  }),
});

export const listParkedEvents = verb({
  name: 'webhooks.parked',
  area: 'webhooks',
  summary: 'List events that were given up',
  description:
    'The oldest first. An event is parked when its receiver refused it for as long as `retryForMs`, or answered 410.',
  effect: 'reads',
  names,
  input: pageQuery,
  output: z.strictObject({events: z.array(parkedEvent), cursor: nextCursor}),
  run: async ({receiver}, {cursor, limit}, {webhooks}) => {
    const page = await webhooks.parked(receiver, {limit, ...(cursor !== undefined && {cursor})});
    return {
      ...page,
      events: page.events.map(({event, ...why}) => ({id: event.id, type: event.type, ...why, payload: {...event}})),
    };
  },
});

export const replayParkedEvents = verb({
  name: 'webhooks.replay',
  area: 'webhooks',
  summary: 'Send parked events again',
  description: 'They go behind what waits for the receiver, with the ids that they had.',
  effect: 'changes',
  names,
  input: some,
  output: z.strictObject({replayed: z.number().int().min(0)}),
  target: concerning,
  run: async ({receiver}, input, {webhooks}) => ({replayed: await webhooks.replay(receiver, input?.ids)}),
});

export const discardParkedEvents = verb({
  name: 'webhooks.discard',
  area: 'webhooks',
  summary: 'Throw parked events away',
  effect: 'changes',
  names,
  input: some,
  output: z.strictObject({discarded: z.number().int().min(0)}),
  target: concerning,
  run: async ({receiver}, input, {webhooks}) => ({discarded: await webhooks.discard(receiver, input?.ids)}),
});

export const pingWebhook = verb({
  name: 'webhooks.ping',
  area: 'webhooks',
  summary: 'Send a test event',
  description: 'Queues a `webhook.ping`, whatever the receiver listens to; the answer has the id of its event.',
  effect: 'changes',
  safeToRepeat: false,
  names,
  input: nothingElse,
  output: z.strictObject({id: z.string()}),
  run: async ({receiver}, _input, {webhooks}) => ({id: await webhooks.ping(receiver)}),
});
