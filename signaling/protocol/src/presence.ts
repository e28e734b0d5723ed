import {z} from 'zod';
import {event, request} from './definition.js';
import {roomId, timestamp, userId} from './primitives.js';

/** By user: `online` while any session is connected, `away` while at least one may still be resumed, else `offline`. */
export const presenceStatus = z.enum(['online', 'away', 'offline']);
export type PresenceStatus = z.infer<typeof presenceStatus>;

export const get = request('presence.get', {
  doc: 'The presence of up to 100 users.',
  params: z.strictObject({users: z.array(userId).min(1).max(100)}),
  result: z.strictObject({users: z.array(z.strictObject({user: userId, status: presenceStatus}))}),
});

export const changed = event('presence.changed', {
  doc: 'A member of the room came, dropped or went.',
  delivery: 'state',
  payload: z.strictObject({room: roomId, user: userId, status: presenceStatus, at: timestamp}),
});
