import {z} from 'zod';
import {event, request} from './definition.js';
import {clientId, epoch, json, offset, placed, position, roomId, timestamp} from './primitives.js';

/** What a push is about, chosen by the backend: `order.shipped`. */
export const pushTopic = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'letters, digits and _ . : - only');

export const received = event('push.event', {
  doc: 'A push from a backend to a user, a session, a room or everyone, delivered to whoever is connected. With `ack` the backend wants to know that it arrived: `push.ack` within a minute.',
  delivery: 'direct',
  payload: z.strictObject({
    id: clientId,
    topic: pushTopic,
    data: json,
    at: timestamp,
    room: roomId.optional(),
    ack: z.literal(true).optional(),
  }),
});

export const stored = event('push.stored', {
  doc: 'A push to a room that the backend asked to store: part of the room’s feed.',
  delivery: 'stored',
  payload: z.strictObject({...placed, id: clientId, topic: pushTopic, data: json}),
});

export const inbox = event('push.inbox', {
  doc: 'A push to the user that the backend asked to store: given to each of their devices until that device acknowledges it by `push.ack`, or until `expiresAt`. Ascending by `offset`, with holes where nothing is left to give. Given again after a connection that ended before the acknowledgement: known by `epoch` and `offset`, or by `id`.',
  delivery: 'direct',
  payload: z.strictObject({
    id: clientId,
    topic: pushTopic,
    data: json,
    epoch,
    offset: offset.min(1),
    at: timestamp,
    expiresAt: timestamp,
    collapseKey: clientId.optional(),
  }),
});

export const ack = request('push.ack', {
  doc: 'This device has all pushes of `push.inbox` up to the place `upTo`, and is not given them again; this session has the pushes of `push.event` in `ids` that want to be acknowledged. One of both, or both.',
  params: z
    .strictObject({upTo: position.optional(), ids: z.array(clientId).min(1).max(100).optional()})
    .refine(({upTo, ids}) => upTo !== undefined || ids !== undefined, {message: 'is missing', path: ['upTo']}),
  result: z.strictObject({}),
});
