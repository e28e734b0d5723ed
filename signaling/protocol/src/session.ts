import {z} from 'zod';
import {event, request} from './definition.js';
import {
  clientId,
  displayName,
  epoch,
  offset,
  position,
  resumeKey,
  roomId,
  sessionId,
  timestamp,
  userId,
} from './primitives.js';
import {standing} from './role.js';

/** A JWT, as the application's own backend gives it out. */
const token = z.string().min(1).max(8_192);

/** What a person calls a device: 1–64 characters after trimming. */
const deviceName = z.string().trim().min(1).max(64);

/**
 * What a client puts into Socket.IO's handshake (`io(url, {auth})`).
 *
 * `attempt` rises with every connection that a client opens: a late connect of an older attempt never evicts a newer
 * one. `deviceId` is chosen once by the client and kept where the device keeps things: it tells one device of the user
 * from another, whatever their names. `resume.rooms` says up to where the client has each room's events.
 */
export const handshake = z.strictObject({
  token,
  v: z.number().int().min(1).max(1_000_000),
  device: deviceName.optional(),
  deviceId: clientId.optional(),
  attempt: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  resume: z
    .strictObject({
      session: sessionId,
      key: resumeKey,
      rooms: z
        .record(roomId, z.tuple([epoch, offset]))
        .refine((rooms) => Object.keys(rooms).length <= 1_000, 'at most 1000 rooms'),
    })
    .optional(),
});
export type Handshake = z.infer<typeof handshake>;

/** Limits that a client may want to know before it hits them. */
export const limits = z.strictObject({
  payloadBytes: z.number().int(),
  textCharacters: z.number().int(),
  roomsPerSession: z.number().int(),
  sessionsPerUser: z.number().int(),
  requestsPerSecond: z.number(),
  resumeWindowMs: z.number().int(),
  replayEvents: z.number().int(),
});
export type Limits = z.infer<typeof limits>;

export const ready = event('session.ready', {
  doc: 'The first event on every connection. `resumed` is false if the session is new. `key` is what the session is resumed with the next time, in place of any older one. Replayed events follow it, room by room and in order, before live ones. A room that is not `recovered` continues from `head`; what lies between must be loaded by `chat.history`. `deleted` names rooms that the session was in, and that are no more.',
  delivery: 'direct',
  payload: z.strictObject({
    session: sessionId,
    key: resumeKey,
    user: userId,
    name: displayName,
    node: z.string(),
    resumed: z.boolean(),
    rooms: z.array(z.strictObject({room: roomId, epoch, head: offset, recovered: z.boolean(), standing})),
    /** Rooms that the session was in, and that were deleted while it was away. */
    deleted: z.array(roomId).optional(),
    call: z.strictObject({room: roomId}).optional(),
    calls: z.strictObject({available: z.boolean(), reason: z.string().optional()}),
    limits,
    keepalive: z.strictObject({intervalMs: z.number().int(), timeoutMs: z.number().int()}),
    protocol: z.strictObject({version: z.number().int(), floor: z.number().int()}),
    at: timestamp,
  }),
});

export const closing = event('session.closing', {
  doc: 'The last event on a connection that the server ends. The range of `code` says whether to come back (see close codes).',
  delivery: 'direct',
  payload: z.strictObject({
    code: z.number().int().min(4_000).max(4_999),
    reason: z.string(),
    message: z.string(),
    retryAfterMs: z.number().int().min(0).optional(),
  }),
});

export const expiring = event('session.expiring', {
  doc: 'The token that the session stands on expires at `expiresAt`; at that moment, plus the tolerance of clocks, the connection is closed with `token_expired`. `session.refresh` with a new token prevents it. `at` is the server’s clock, so that a client whose own is wrong knows how long it has.',
  delivery: 'direct',
  payload: z.strictObject({expiresAt: timestamp, at: timestamp}),
});

/** What a user may know of one of their sessions. No address and no user agent: they are personal data that nothing here needs. */
export const sessionSummary = z.strictObject({
  session: sessionId,
  user: userId,
  device: z.string().optional(),
  node: z.string(),
  state: z.enum(['connected', 'away']),
  createdAt: timestamp,
  /** When its client was last known to be there: at most half a minute ago while it is connected. */
  seenAt: timestamp,
});
export type SessionSummary = z.infer<typeof sessionSummary>;

export const changed = event('session.changed', {
  doc: 'Told to the user’s other sessions: one was opened, its device was named (told to that one too, if another named it), or it was ended for good by the user, a backend or the limit of sessions. One that is not resumed in time ends without a word; `session.list` says what there is.',
  delivery: 'direct',
  payload: z.strictObject({
    session: sessionId,
    change: z.enum(['opened', 'renamed', 'ended']),
    device: z.string().optional(),
    at: timestamp,
  }),
});

export const ping = request('session.ping', {
  doc: 'Answered at once, with the server’s clock: for a client that doubts its connection, or wants to know how long an answer takes.',
  params: z.strictObject({}),
  result: z.strictObject({at: timestamp}),
});

export const list = request('session.list', {
  doc: "The user's own sessions, on all nodes; `current` is the one that asks.",
  params: z.strictObject({}),
  result: z.strictObject({sessions: z.array(sessionSummary.extend({current: z.boolean()}))}),
});

export const rename = request('session.rename', {
  doc: 'Names the device of this session, or of another one of the user’s own.',
  params: z.strictObject({device: deviceName, session: sessionId.optional()}),
  result: z.strictObject({}),
  errors: ['unknown_session'],
});

export const signOut = request('session.signOut', {
  doc: 'Signs one of the user’s own sessions out, wherever it is, away or not: it is closed with `ended` and cannot be resumed.',
  params: z.strictObject({session: sessionId}),
  result: z.strictObject({}),
  errors: ['unknown_session'],
});

export const signOutOthers = request('session.signOutOthers', {
  doc: 'Signs out all of the user’s sessions but this one, as `session.signOut` does; answers how many there were.',
  params: z.strictObject({}),
  result: z.strictObject({sessions: z.number().int().min(0)}),
});

export const refresh = request('session.refresh', {
  doc: 'Puts a new token of the same user in the place of the one that the session stands on; nothing else about the session changes. Answers when the new one expires, if it does. If it is refused, the session goes on with the token it has.',
  params: z.strictObject({token}),
  result: z.strictObject({expiresAt: timestamp.optional()}),
  errors: ['bad_token', 'token_expired', 'token_revoked', 'forbidden', 'denied', 'overloaded'],
});

export const end = request('session.end', {
  doc: 'Signs this session out: it leaves its call, cannot be resumed, and the connection is closed. Rooms stay joined by the user.',
  params: z.strictObject({}),
  result: z.strictObject({}),
});

/** Kept here so that `since` on `room.join` and the handshake mean the same. */
export const since = position;
