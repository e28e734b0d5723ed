import {z} from 'zod';
import {event} from './definition.js';
import {clientId, json, placed, roomId, timestamp} from './primitives.js';

/** What a push is about, chosen by the backend: `order.shipped`. */
export const pushTopic = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'letters, digits and _ . : - only');

export const received = event('push.event', {
  doc: 'A push from a backend to a user, a session, a room or everyone, delivered to whoever is connected.',
  delivery: 'direct',
  payload: z.strictObject({id: clientId, topic: pushTopic, data: json, at: timestamp, room: roomId.optional()}),
});

export const stored = event('push.stored', {
  doc: 'A push to a room that the backend asked to store: part of the room’s feed.',
  delivery: 'stored',
  payload: z.strictObject({...placed, id: clientId, topic: pushTopic, data: json}),
});
