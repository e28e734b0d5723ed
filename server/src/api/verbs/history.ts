import {chat, roomId} from '@parley/protocol';
import {storedPayload, type FeedPage, type FeedQuery} from '@parley/signaling';
import {z} from 'zod';
import {verb} from './verb.js';

const defaultLimit = 50;
const offset = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const query = z
  .strictObject({
    before: offset.optional().meta({description: 'The events directly before this offset.'}),
    after: offset.optional().meta({description: 'The events directly after this offset; 0 begins at the oldest.'}),
    limit: z.coerce.number().int().min(1).max(chat.historyLimit).default(defaultLimit),
  })
  .refine(({before, after}) => before === undefined || after === undefined, {
    message: 'either before or after',
    path: ['after'],
  });

const result = chat.history.result.extend({
  events: z.array(
    z.strictObject({
      event: z.string().meta({description: 'Name of the event.', example: 'chat.message'}),
      payload: z.record(z.string(), z.unknown()).meta({description: 'As clients receive it.'}),
    }),
  ),
});

export const readHistory = verb({
  name: 'rooms.history',
  area: 'rooms',
  summary: 'Read a room’s stored events',
  description:
    'A page in ascending order and without a hole: the newest, those before an offset, or those after one. `more` says whether the log holds further ones in that direction.',
  effect: 'reads',
  names: {room: roomId},
  input: query,
  output: result,
  run: async ({room}, {before, after, limit}, {backstage}) => {
    const page = await backstage.history(room, {
      limit,
      ...(before !== undefined && {before}),
      ...(after !== undefined && {after}),
    });
    return {
      epoch: page.epoch,
      head: page.head,
      events: page.entries.map((entry) => ({event: entry.name, payload: storedPayload(room, entry)})),
      more: hasMore(page, {limit, ...(after !== undefined && {after})}),
    };
  },
});

function hasMore({entries, head, tail}: FeedPage, {after}: FeedQuery): boolean {
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return false;
  return after === undefined ? first.offset > tail : last.offset < head;
}
