import {z} from 'zod';
import {request} from './definition.js';
import {roomId, timestamp, type Json} from './primitives.js';

const base64url = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}$`), `base64url of ${bytes} bytes`);

/** What a browser's `PushSubscription` says of itself (RFC 8030, RFC 8291). */
export const subscription = z.strictObject({
  endpoint: z.url({protocol: /^https?$/}).max(1_024),
  keys: z.strictObject({
    /** A point of P-256, uncompressed: what messages are encrypted for. */
    p256dh: base64url(65),
    auth: base64url(16),
  }),
});
export type Subscription = z.infer<typeof subscription>;

/** Names a subscription of a user: made of its endpoint, so that the same one has the same id. */
export const subscriptionId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'from 00:00 to 23:59');

/** Every day from a time to another, which may be after midnight, where the user is. */
export const quietHours = z
  .strictObject({from: timeOfDay, until: timeOfDay, timeZone: z.string().min(1).max(64)})
  .refine(({from, until}) => from !== until, {message: 'is the same as from', path: ['until']});
export type QuietHours = z.infer<typeof quietHours>;

/** When a user's browsers are woken: while no session of the user is connected, or never; and not in the quiet hours. */
export const policy = z.strictObject({when: z.enum(['away', 'never']), quietHours: quietHours.optional()});
export type Policy = z.infer<typeof policy>;

export const usualPolicy: Policy = {when: 'away'};

/** What is shown to a user who is away. `room` or `url`, which is a path of the page's own origin, is opened by a click. */
export const notification = z.strictObject({
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(1_000).optional(),
  room: roomId.optional(),
  url: z
    .string()
    .max(512)
    .regex(/^\/(?![/\\])/, 'must be a path such as /orders/7')
    .optional(),
});
export type Notification = z.infer<typeof notification>;

export const state = request('webPush.state', {
  doc: 'What the server does for this user by web push: `publicKey` is what a browser subscribes with, absent if the server sends none.',
  params: z.strictObject({}),
  result: z.strictObject({
    publicKey: base64url(65).optional(),
    policy,
    subscriptions: z.array(z.strictObject({id: subscriptionId, device: z.string().optional(), at: timestamp})),
  }),
});

export const subscribe = request('webPush.subscribe', {
  doc: 'This browser lets itself be woken for the user. Repeated with each connection it lasts: a subscription that is not heard of for sixty days is forgotten. Of more than sixteen of a user the one not heard of for longest is. An endpoint belongs to the user who subscribed with it last.',
  params: subscription,
  result: z.strictObject({id: subscriptionId}),
  errors: ['web_push_unavailable'],
});

export const unsubscribe = request('webPush.unsubscribe', {
  doc: 'Forgets a subscription of the user; one that is not there is no error.',
  params: z.strictObject({id: subscriptionId}),
  result: z.strictObject({}),
});

export const setPolicy = request('webPush.setPolicy', {
  doc: 'When all browsers of the user are woken. It is kept as long as a subscription of theirs.',
  params: z.strictObject({policy}),
  result: z.strictObject({policy}),
});

/** What a push service hands to a browser, as JSON: all of `notification`, and `data` of the push if there is room for it. */
export interface Message extends Notification {
  /** Of the push. */
  readonly id: string;
  readonly topic: string;
  readonly at: number;
  /** One that is shown takes the place of another of the same tag. */
  readonly tag: string;
  readonly data?: Json;
}
