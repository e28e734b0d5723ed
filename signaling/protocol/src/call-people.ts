import {z} from 'zod';
import {callLimits, mediaId, mediaSource, peerProfile, peerSummary, producerSummary} from './call.js';
import {recordingStanding} from './call-peer.js';
import {event, request} from './definition.js';
import {displayName, roomId, sessionId, timestamp, userId} from './primitives.js';

/**
 * People in calls: who comes in, who may be heard, hands and reactions, and what each is called. The media of a call is
 * in `call.ts`; the wire names of both begin with `call.`.
 */

/** Somebody who waits to be let in: a session that is not a peer yet. */
export const waitingSummary = z.strictObject({
  session: sessionId,
  user: userId,
  name: displayName,
  since: timestamp,
});
export type WaitingSummary = z.infer<typeof waitingSummary>;

const empty = z.strictObject({});
const refusals = ['not_joined', 'forbidden', 'calls_unavailable'] as const;
const inCall = [...refusals, 'not_in_call'] as const;

export const knock = request('call.knock', {
  doc: 'Asks to be let into the call that `call.join` was refused to with `call_lobby`. Who need not wait is `admitted` at once; else the session waits until `call.admitted`, or `call.closed` with `denied`. Asking again is fine; `call.leave` ends the waiting.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({admitted: z.boolean()}),
  errors: [...refusals, 'call_locked', 'call_denied', 'call_full', 'conflict', 'denied', 'overloaded'],
});

export const get = request('call.get', {
  doc: 'The room’s call as it stands, for a session that need not be in it. `waiting` is empty for who may not let anybody in.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({
    active: z.boolean(),
    startedAt: timestamp.optional(),
    peers: z.array(peerSummary),
    producers: z.array(producerSummary),
    locked: z.boolean(),
    lobby: z.boolean(),
    limits: callLimits,
    ...recordingStanding,
    waiting: z.array(waitingSummary),
  }),
  errors: [...refusals],
});

export const admit = request('call.admit', {
  doc: 'Lets those in who wait, or `all` of them. Their users come in without waiting until the call ends.',
  params: z.strictObject({room: roomId, sessions: z.union([z.literal('all'), z.array(sessionId).min(1).max(1_000)])}),
  result: empty,
  errors: [...inCall],
});

export const deny = request('call.deny', {
  doc: 'Sends those away who wait. Their users may knock again after a minute.',
  params: z.strictObject({room: roomId, sessions: z.union([z.literal('all'), z.array(sessionId).min(1).max(1_000)])}),
  result: empty,
  errors: [...inCall],
});

export const lock = request('call.lock', {
  doc: 'While a call is locked, nobody new comes in, nor waits: only who is, or was let, in when it is locked, and who may moderate. The lock ends with the call.',
  params: z.strictObject({room: roomId, locked: z.boolean()}),
  result: empty,
  errors: [...inCall],
});

export const lobby = request('call.lobby', {
  doc: 'Whether who comes to the room’s calls waits to be let in, but for who may moderate. It is the room’s: it outlasts the call, and needs none. Without a lobby all who wait are let in.',
  params: z.strictObject({room: roomId, enabled: z.boolean()}),
  result: empty,
  errors: [...refusals],
});

const limit = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable();

export const limits = request('call.limits', {
  doc: 'Limits of the room’s calls, from now on; nobody who is in has to go. `null`: the server’s own, which no room exceeds. 0: as many as the server bears. The answer is what holds.',
  params: z.strictObject({
    room: roomId,
    peers: limit.optional(),
    producers: limit.optional(),
    producersPerPeer: limit.optional(),
    bitrate: limit.optional(),
    videos: limit.optional(),
    voices: limit.optional(),
  }),
  result: callLimits,
  errors: [...refusals],
});

/** Peers by their sessions, or everybody else in the call. */
const whom = z.union([z.literal('all'), z.array(sessionId).min(1).max(1_000)]);

export const mute = request('call.mute', {
  doc: 'Pauses what others publish, their microphones unless `sources` says otherwise. Only they can resume it. Those with a higher role are left as they are, and so is what they are not publishing.',
  params: z.strictObject({room: roomId, peers: whom, sources: z.array(mediaSource).min(1).max(4).optional()}),
  result: empty,
  errors: [...inCall],
});

export const kick = request('call.kick', {
  doc: 'Puts a peer out of the call: all of its user’s sessions in it. From then on, until the call ends, that user has to be let in.',
  params: z.strictObject({room: roomId, peer: sessionId}),
  result: empty,
  errors: [...inCall],
});

export const end = request('call.end', {
  doc: 'Ends the call for all.',
  params: z.strictObject({room: roomId}),
  result: empty,
  errors: [...inCall],
});

export const record = request('call.record', {
  doc: 'Begins to record the call, or ends that: each track to a file, on the node that runs the call, and with `mixed` all of them to one more after the end; without it as the server is set up. All peers are told by `call.settings` before anything is recorded. It ends with the call.',
  params: z.strictObject({room: roomId, recording: z.boolean(), mixed: z.boolean().optional()}),
  result: empty,
  errors: [...inCall, 'recording_unavailable'],
});

export const hand = request('call.hand', {
  doc: 'Raises one’s hand, or lowers it.',
  params: z.strictObject({room: roomId, raised: z.boolean()}),
  result: empty,
  errors: [...inCall],
});

export const handsLower = request('call.hands.lower', {
  doc: 'Lowers the hands of others.',
  params: z.strictObject({room: roomId, peers: whom}),
  result: empty,
  errors: [...inCall],
});

/** Reactions, raised hands and new names of one peer together, which everybody is told. */
export const gestures = {perSecond: 3, burst: 12} as const;

/** An emoji, or a short word that the application gives a meaning. */
export const reaction = z.string().trim().min(1).max(32);

export const react = request('call.react', {
  doc: 'Shows a reaction to everybody in the call, once.',
  params: z.strictObject({room: roomId, reaction}),
  result: empty,
  errors: [...inCall],
});

export const profile = request('call.profile', {
  doc: 'What a peer is called in this call, and what the application wants others to know of it. What is not given stays; `name: null` is the name of the token again.',
  params: z.strictObject({
    room: roomId,
    name: displayName.nullable().optional(),
    metadata: peerProfile.shape.metadata.optional(),
  }),
  result: empty,
  errors: [...inCall],
});

export const admitted = event('call.admitted', {
  doc: 'To a session that waits: it is let in, and may join.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId}),
});

export const waiting = event('call.waiting', {
  doc: 'To peers who may let others in: somebody began to wait, or does so no longer.',
  delivery: 'direct',
  payload: waitingSummary.extend({room: roomId, change: z.enum(['waiting', 'gone'])}),
});

export const settings = event('call.settings', {
  doc: 'To all peers: the call was locked or unlocked, its lobby opened or closed, its limits changed, its recording begun, or ended, which `recordingEnded` gives the reason of.',
  delivery: 'direct',
  payload: z.strictObject({
    room: roomId,
    locked: z.boolean(),
    lobby: z.boolean(),
    limits: callLimits,
    ...recordingStanding,
  }),
});

export const muted = event('call.muted', {
  doc: 'To a peer: somebody paused these producers of it, the backend if nobody is named. It alone can resume them.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, producers: z.array(mediaId).min(1), by: userId.optional()}),
});

export const reactions = event('call.reactions', {
  doc: 'Reactions of a short while, those of one peer that are alike counted together. More than 50 kinds at once are not all told.',
  delivery: 'direct',
  payload: z.strictObject({
    room: roomId,
    reactions: z.array(z.strictObject({peer: sessionId, reaction, count: z.number().int().min(1)})).min(1),
  }),
});
