import {z} from 'zod';
import {event, request} from './definition.js';
import {roomId, sessionId} from './primitives.js';

/** News of a call that only those are told who ask. */
export const callTopic = z.enum(['speaker', 'levels', 'quality']);
export type CallTopic = z.infer<typeof callTopic>;

export const follow = request('call.follow', {
  doc: 'Says which news of the call the peer wants besides what all are told, in place of what it wanted before. What stands at this moment is told at once. Holds until the peer leaves, also over a resume.',
  params: z.strictObject({room: roomId, topics: z.array(callTopic).max(callTopic.options.length)}),
  result: z.strictObject({}),
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});

export const speaker = event('call.speaker', {
  doc: 'To who follows `speaker`: the peer that speaks, or spoke last; null if that one is gone. Short sounds do not change it.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, peer: sessionId.nullable()}),
});

export const levels = event('call.levels', {
  doc: 'To who follows `levels`: the loudest microphones at this moment, loudest first, in dBov (0 is the loudest). Told every 300 ms while anybody is heard, and once, empty, when nobody is any more.',
  delivery: 'ephemeral',
  payload: z.strictObject({
    room: roomId,
    levels: z.array(z.strictObject({peer: sessionId, level: z.number().int().min(-127).max(0)})).max(10),
  }),
});

/** Why a connection is no better: packets of what the peer sends, or is sent, get lost; they take long; video does not fit. */
export const qualityReason = z.enum(['uplink', 'downlink', 'delay', 'bandwidth']);
export type QualityReason = z.infer<typeof qualityReason>;

/** `fair`: noticed by who pays attention; `poor`: by everyone. */
export const connectionQuality = z.strictObject({
  peer: sessionId,
  quality: z.enum(['good', 'fair', 'poor']),
  reasons: z.array(qualityReason).max(qualityReason.options.length),
});
export type ConnectionQuality = z.infer<typeof connectionQuality>;

export const quality = event('call.quality', {
  doc: 'How well peers are connected, where that changed: of itself each peer is told, of the others who follows `quality`, at most once a second. Of whom nothing is told the connection is good.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, peers: z.array(connectionQuality).min(1)}),
});
