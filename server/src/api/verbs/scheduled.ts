import {clientId, errorCatalogue, type ErrorCode, type Json} from '@parley/protocol';
import type {ScheduledPush} from '@parley/signaling';
import {z} from 'zod';
import {nextCursor, nothing, pageQuery} from './page.js';
import {report, target} from './push.js';
import {nothingElse, verb} from './verb.js';

const area = 'push';
const names = {id: clientId};

const scheduled = z.strictObject({
  id: z.string().meta({description: 'What the answer to the push gave, and what receivers see.'}),
  state: z.enum(['waiting', 'sending', 'sent', 'refused', 'cancelled']).meta({
    description: '`refused`: it could not be sent when its time came; `code` says why.',
  }),
  sendAt: z.number().int().min(0).meta({description: 'Milliseconds since the Unix epoch.'}),
  target,
  topic: z.string(),
  data: z
    .custom<Json>((value) => value !== undefined)
    .optional()
    .meta({description: 'While it waits.'}),
  report: report.omit({id: true, repeated: true, sendAt: true}).optional().meta({
    description: 'Once it is sent: what the answer to a push says. What came of it later says `/v1/pushes/{id}`.',
  }),
  code: z
    .enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]])
    .optional()
    .meta({description: 'Why it was refused.'}),
});

function describe({fate, target: to, ...push}: ScheduledPush): z.input<typeof scheduled> {
  const known = {...push, target: {...to}, state: fate.state};
  switch (fate.state) {
    case 'waiting':
    case 'sending':
    case 'cancelled':
      return known;
    case 'refused':
      return {...known, code: fate.code};
    case 'sent': {
      const {position, ...sent} = fate.report;
      return {...known, report: {...sent, ...position}};
    }
  }
}

export const listScheduled = verb({
  name: 'scheduled.list',
  area,
  summary: 'List the pushes that wait for their time',
  description: 'The next one first.',
  effect: 'reads',
  names: {},
  input: pageQuery,
  output: z.strictObject({pushes: z.array(scheduled), cursor: nextCursor}),
  run: async (_names, {cursor, limit}, {backstage}) => {
    const page = await backstage.scheduled.list({limit, ...(cursor !== undefined && {cursor})});
    return {...page, pushes: page.pushes.map(describe)};
  },
});

export const getScheduled = verb({
  name: 'scheduled.get',
  area,
  summary: 'Look at a push that waits for its time',
  description: 'Also for an hour after it was sent, refused or called off. Then, and of unknown ids, `unknown_push`.',
  effect: 'reads',
  names,
  input: nothingElse,
  output: scheduled,
  run: async ({id}, _input, {backstage}) => describe(await backstage.scheduled.get(id)),
});

export const cancelScheduled = verb({
  name: 'scheduled.cancel',
  area,
  summary: 'Call off a push that waits for its time',
  description: 'If this answers, nobody gets it. Once it is on its way it answers `already_sent`.',
  effect: 'changes',
  names,
  input: nothingElse,
  output: nothing('It is called off, now or before.'),
  run: async ({id}, _input, {backstage}) => {
    await backstage.scheduled.cancel(id);
    return null;
  },
});
