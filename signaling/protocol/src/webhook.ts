import {z} from 'zod';
import {displayName, epoch, offset, roomId, sessionId, timestamp, userId} from './primitives.js';
import {roomTitle} from './room.js';
import {access, joinAs} from './role.js';
import {sessionSummary} from './session.js';

/**
 * What backends are told by webhook besides the stored events of rooms (`chat.message`, `room.member`, `room.updated`,
 * `push.stored`, with the payloads that members get): what no single client is told in this form.
 */
export interface WebhookEvent<Name extends string = string, Data extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** One or two sentences of Markdown. */
  readonly doc: string;
  readonly data: Data;
}

const told = <Name extends string, Data extends z.ZodType>(
  name: Name,
  spec: {doc: string; data: Data},
): WebhookEvent<Name, Data> => ({name, ...spec});

const {device} = sessionSummary.shape;
const person = {session: sessionId, user: userId};

export const roomCreated = told('room.created', {
  doc: 'A room was made, by a user or by the backend.',
  data: z.strictObject({room: roomId, title: roomTitle, access, joinAs}),
});

export const roomGap = told('room.gap', {
  doc: 'Stored events of the room up to `before` were gone before they could be told: the receiver was away for longer than the room’s log reaches back, or the log was lost. What a backend keeps of the room should be read anew.',
  data: z.strictObject({room: roomId, epoch, before: offset}),
});

export const sessionOpened = told('session.opened', {
  doc: 'A session began.',
  data: z.strictObject({...person, name: displayName, device}),
});

export const sessionResumed = told('session.resumed', {
  doc: 'A session has a connection again.',
  data: z.strictObject({...person, name: displayName, device}),
});

export const sessionAway = told('session.away', {
  doc: 'A session lost its connection and may be resumed.',
  data: z.strictObject(person),
});

export const sessionClosed = told('session.closed', {
  doc: 'A session is over: signed out or ended by another of the user’s (`ended`), not resumed in time (`expired`), ended by a backend (`kicked`) or for a newer one (`displaced`), its token revoked (`revoked`), or an old resume key used (`key_reused`).',
  data: z.strictObject({
    ...person,
    reason: z.enum(['ended', 'expired', 'kicked', 'displaced', 'revoked', 'key_reused']),
  }),
});

export const callBegan = told('call.began', {
  doc: 'The first peer is in a room’s call.',
  data: z.strictObject({room: roomId}),
});

export const callEnded = told('call.ended', {
  doc: 'A room’s call is over: the last peer left it, or it was ended for all, whose leaving is not told one by one.',
  data: z.strictObject({room: roomId}),
});

export const peerJoined = told('call.peerJoined', {
  doc: 'A peer is in the call; told again when the call was taken up by another node or worker.',
  data: z.strictObject({room: roomId, ...person, name: displayName}),
});

export const peerLeft = told('call.peerLeft', {
  doc: 'A peer left the call, was put out, or is gone.',
  data: z.strictObject({room: roomId, ...person}),
});

const count = z.int().nonnegative();

export const pushSettled = told('push.settled', {
  doc: 'Nothing more becomes of a push that is kept for users, acknowledged by clients, shown by browsers or was put off: every user had it, or a newer one, all acknowledged it (`complete`), or its time was over. The counts are those of `GET /v1/pushes/{id}`, which may be told twice.',
  data: z.strictObject({
    push: z.string(),
    complete: z.boolean(),
    at: timestamp,
    addressed: count,
    reached: count,
    acknowledged: count,
    stored: count,
    refused: count,
    superseded: count,
    expired: count,
    browsers: count,
    browsersReached: count,
    browsersFailed: count,
  }),
});

export const ping = told('webhook.ping', {
  doc: 'Sent by `POST /v1/webhooks/{receiver}/ping`, whatever the receiver listens to: to try it out.',
  data: z.strictObject({}),
});

/** In the order of the reference. */
export const all = [
  roomCreated,
  roomGap,
  sessionOpened,
  sessionResumed,
  sessionAway,
  sessionClosed,
  callBegan,
  callEnded,
  peerJoined,
  peerLeft,
  pushSettled,
  ping,
] as const satisfies readonly WebhookEvent[];

/** One of them, with its data. */
export type HubNews = {
  [E in (typeof all)[number] as E['name']]: {readonly name: E['name']; readonly data: z.infer<E['data']>};
}[(typeof all)[number]['name']];
