import {z} from 'zod';
import {event, request} from './definition.js';
import {roomId, timestamp, userId} from './primitives.js';

/** By user: `online` while any session is connected, `away` while at least one may still be resumed, else `offline`. */
export const presenceStatus = z.enum(['online', 'away', 'offline']);
export type PresenceStatus = z.infer<typeof presenceStatus>;

/** All sessions of a user with one device name, or with none. A device that is offline is not named. */
export const devicePresence = z.strictObject({device: z.string().optional(), status: z.enum(['online', 'away'])});

export const userStatus = z.strictObject({user: userId, status: presenceStatus});
export type UserStatus = z.infer<typeof userStatus>;

export const userPresence = userStatus.extend({devices: z.array(devicePresence).optional()});
export type UserPresence = z.infer<typeof userPresence>;

/** Users of one request. */
const someUsers = z.array(userId).min(1).max(100);
/** Those whose presence is not told to the asking user. */
const hidden = z.array(userId);

export const get = request('presence.get', {
  doc: 'The presence of up to 100 users, with their devices. `hidden` are those whose presence this user may not see.',
  params: z.strictObject({users: someUsers}),
  result: z.strictObject({users: z.array(userPresence), hidden}),
});

export const subscribeRoom = request('presence.room.subscribe', {
  doc: 'Follows the presence of a joined room’s members. The answer is followed by `presence.members`, or by `presence.counts` if the room is large: the state at that moment. Changes follow it without a gap. Asking again sends the state again.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({mode: z.enum(['members', 'counts'])}),
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'too_many_subscriptions'],
});

export const unsubscribeRoom = request('presence.room.unsubscribe', {
  doc: 'Nothing more is told of the room’s presence, or of any room’s. Ending what was not begun is fine.',
  params: z.strictObject({room: roomId.optional()}),
  result: z.strictObject({}),
});

export const subscribeUsers = request('presence.users.subscribe', {
  doc: 'Follows the presence of these users besides those followed already. The answer is followed by a `presence.changed` without a room that says the state of each; changes follow it without a gap. `hidden` are those whose presence this user may not see: they are not followed.',
  params: z.strictObject({users: someUsers}),
  result: z.strictObject({hidden}),
  errors: ['too_many_subscriptions'],
});

export const unsubscribeUsers = request('presence.users.unsubscribe', {
  doc: 'Nothing more is told of these users, or of any that were followed one by one.',
  params: z.strictObject({users: someUsers.optional()}),
  result: z.strictObject({}),
});

export const members = event('presence.members', {
  doc: 'Which members of the room are present at this moment: whoever is not named is offline. Takes the place of what was told of the room before.',
  delivery: 'state',
  payload: z.strictObject({room: roomId, users: z.array(userStatus), at: timestamp}),
});

export const counts = event('presence.counts', {
  doc: 'How many members of a large room are present at this moment. Who they are is not told while the room is large; `room.members` answers it page by page.',
  delivery: 'state',
  payload: z.strictObject({
    room: roomId,
    members: z.number().int().min(0),
    online: z.number().int().min(0),
    away: z.number().int().min(0),
    at: timestamp,
  }),
});

export const changed = event('presence.changed', {
  doc: 'Members of the room came, dropped or went; without a room, users that the session follows one by one, with their devices. `hidden` are users whose presence this user may not see any more: they are not followed any longer.',
  delivery: 'state',
  payload: z.strictObject({
    room: roomId.optional(),
    users: z.array(userPresence),
    hidden: hidden.optional(),
    at: timestamp,
  }),
});
