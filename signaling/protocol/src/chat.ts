import {z} from 'zod';
import {event, request} from './definition.js';
import {clientId, displayName, epoch, json, offset, placed, roomId, timestamp, userId} from './primitives.js';

export const textLimit = 4_000;

export const send = request('chat.send', {
  doc: 'Appends a message to the room’s feed. `id` is the idempotency key: the same id again is the same message and gets the first answer. In slow mode `waitMs` says when the next one may follow.',
  params: z.strictObject({room: roomId, id: clientId, text: z.string().trim().min(1).max(textLimit)}),
  result: z.strictObject({
    epoch,
    offset,
    at: timestamp,
    /** In slow mode: how long this user waits before the next message to the room. */
    waitMs: z.number().int().min(0).optional(),
  }),
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'denied', 'overloaded'],
});

export const message = event('chat.message', {
  doc: 'A message. The sender receives it like everyone else and recognises it by `id`.',
  delivery: 'stored',
  payload: z.strictObject({...placed, id: clientId, from: userId, name: displayName, text: z.string()}),
});

export const historyLimit = 200;

export const history = request('chat.history', {
  doc: 'A page of the room’s stored events in ascending order: the newest, those `before` an offset, or those `after` one. `more` says whether the log holds further ones in that direction.',
  params: z
    .strictObject({
      room: roomId,
      before: offset.optional(),
      after: offset.optional(),
      limit: z.number().int().min(1).max(historyLimit).optional(),
    })
    .refine((p) => p.before === undefined || p.after === undefined, {
      message: 'either before or after',
      path: ['after'],
    }),
  result: z.strictObject({
    epoch,
    head: offset,
    events: z.array(z.strictObject({event: z.string(), payload: json})),
    more: z.boolean(),
  }),
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden'],
});

export const typing = request('chat.typing', {
  doc: 'Says that the user is typing, or stopped. A server repeats nothing: receivers forget it after 5 s.',
  params: z.strictObject({room: roomId, typing: z.boolean()}),
  result: z.strictObject({}),
  errors: ['not_joined', 'forbidden'],
});

export const typingChanged = event('chat.typing', {
  doc: 'Somebody is typing, or stopped. Forget it 5 s after the last one.',
  delivery: 'ephemeral',
  payload: z.strictObject({room: roomId, user: userId, name: displayName, typing: z.boolean()}),
});
