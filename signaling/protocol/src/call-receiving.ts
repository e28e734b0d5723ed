import {z} from 'zod';
import {mediaId} from './call-media.js';
import {event, request} from './definition.js';
import {roomId} from './primitives.js';

const most = z.number().int().min(0).max(1_000).nullable().optional();

export const receive = request('call.receive', {
  doc: 'How many of the others’ cameras and microphones the peer wants to be sent at once, at most: 0 is none, `null` as many as the call gives (`videos` and `voices` of its limits). What is not given stays. Holds until the peer leaves, also over a resume.',
  params: z.strictObject({room: roomId, videos: most, voices: most}),
  result: z.strictObject({}),
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});

export const chosen = event('call.consumers.chosen', {
  doc: 'There are more cameras or microphones than the peer is sent at once: these consumers are `withheld` from now on, because others go before them, or `sent` again.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, withheld: z.array(mediaId), sent: z.array(mediaId)}),
});
