import {z} from 'zod';
import {request} from './definition.js';
import {roomId} from './primitives.js';

/** What is to go wrong. */
export const mishap = z.discriminatedUnion('kind', [
  /** The peer's connection is cut. */
  z.strictObject({kind: z.literal('signaling')}),
  /** The call's media is gone, and told to be. */
  z.strictObject({kind: z.literal('worker')}),
  /** The call's media is gone, and nobody says so for 2 s. */
  z.strictObject({kind: z.literal('node')}),
  /** From now on the peer reaches media by TCP alone; `blocked: false` ends it. Its transports are closed. */
  z.strictObject({kind: z.literal('udp'), blocked: z.boolean()}),
  /** The peer is sent no more than this; 0 ends it. */
  z.strictObject({
    kind: z.literal('downlink'),
    bitsPerSecond: z.union([z.literal(0), z.number().int().min(50_000).max(1e9)]),
  }),
]);
export type Mishap = z.infer<typeof mishap>;

export const simulate = request('call.simulate', {
  doc: 'Lets something go wrong, to see what becomes of it: for this peer (`signaling`, `udp`, `downlink`), or for its call and no other (`worker`, `node`). Takes the right `simulate`, which no role has: a grant of the token gives it.',
  params: z.strictObject({room: roomId, mishap}),
  result: z.strictObject({}),
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});
