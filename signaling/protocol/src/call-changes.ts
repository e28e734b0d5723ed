import {z} from 'zod';
import {mediaId, mediaSource} from './call-media.js';
import {peerProfile} from './call-peer.js';
import {event} from './definition.js';
import {mediaKind} from './media.js';
import {displayName, roomId, sessionId, timestamp, userId} from './primitives.js';

const peerChange = z.strictObject({
  peer: sessionId,
  user: userId,
  name: displayName,
  change: z.enum(['joined', 'reconnecting', 'connected', 'updated', 'left']),
  profile: peerProfile.optional(),
  at: timestamp,
});

const producerChange = z.strictObject({
  producer: mediaId,
  peer: sessionId,
  kind: mediaKind,
  source: mediaSource,
  change: z.enum(['published', 'paused', 'resumed', 'closed']),
});

export const peer = event('call.peer', {
  doc: 'A peer came, dropped, came back or left; `updated`: its name or profile is another. With `joined` and `updated` comes its `profile`.',
  delivery: 'direct',
  payload: peerChange.extend({room: roomId}),
});

export const producer = event('call.producer', {
  doc: 'Another peer’s producer was published, paused, resumed or closed.',
  delivery: 'direct',
  payload: producerChange.extend({room: roomId}),
});

const callChange = z.union([producerChange, peerChange]);
export type CallChange = z.infer<typeof callChange>;

export const changes = event('call.changes', {
  doc: 'In a call of more than 12 peers, four times a second at most: what `call.peer` and `call.producer` tell in smaller ones, in its order. Those with a `producer` are of one.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, changes: z.array(callChange).min(1).max(200)}),
});
