import {z} from 'zod';
import {event, request} from './definition.js';
import {roomId, sessionId} from './primitives.js';

/** News of a call that only those are told who ask. */
export const callTopic = z.enum(['speaker', 'levels']);
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
