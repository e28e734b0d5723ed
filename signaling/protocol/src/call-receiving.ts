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

/** What is sent less, worse from left to right: nothing; cameras, of which at most 4; all video; and nobody new comes in. */
export const strainDegree = z.enum(['none', 'fewer', 'sound', 'full']);
export type StrainDegree = z.infer<typeof strainDegree>;

export const strain = event('call.strain', {
  doc: 'To all peers: the media workers that carry the call are short of processor time, so that less is sent than could be: `fewer` cameras, 4 at most; `sound` alone; `full`: besides, joins are refused with `overloaded`. `none`: not any more. Who joins is told unless it is `none`.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, degree: strainDegree}),
});

export const chosen = event('call.consumers.chosen', {
  doc: 'There are more cameras or microphones than the peer is sent at once: these consumers are `withheld` from now on, because others go before them, or `sent` again.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, withheld: z.array(mediaId), sent: z.array(mediaId)}),
});
