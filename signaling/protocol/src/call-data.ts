import {z} from 'zod';
import {mediaId} from './call-media.js';
import {event, request} from './definition.js';
import {sctpStreamParameters} from './media.js';
import {clientId, roomId, sessionId} from './primitives.js';

/**
 * Data channels of calls: messages of one peer to the others, by way of the media engine and not by this connection.
 * Who opens one publishes it (a data producer), and each of those it is for gets an end of its own (a data consumer).
 */

/**
 * What a peer may send on all its channels together. What it is behind with may come at once afterwards: as much as
 * within `burstSeconds`.
 */
export const dataLimits = {
  channels: 8,
  messageBytes: 65_536,
  bytesPerSecond: 500_000,
  messagesPerSecond: 500,
  burstSeconds: 10,
} as const;

const label = z.string().min(1).max(64);
const protocol = z.string().max(64);

export const dataOffer = z.strictObject({
  dataConsumer: mediaId,
  /** Of the peer that is offered it: by which it comes. */
  transport: mediaId,
  dataProducer: mediaId,
  peer: sessionId,
  label,
  protocol,
  sctpStreamParameters,
});
export type DataOffer = z.infer<typeof dataOffer>;

/** One’s own channel, and the peers that have set up their end of it. */
export const ownChannel = z.strictObject({dataProducer: mediaId, receivers: z.array(sessionId)});

const refusals = ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'] as const;
const empty = z.strictObject({});

export const produce = request('call.data.produce', {
  doc: 'Opens a channel on the transport to send: to all others who want data (`call.subscribe`), or to the peers in `to` alone. `ordered`, `maxPacketLifeTime` and `maxRetransmits` are those of `RTCDataChannel`; what is ordered is reliable. The same `id` twice is one channel; a second one of the same label is a `conflict`.',
  params: z.strictObject({
    room: roomId,
    id: clientId,
    transport: mediaId,
    label,
    protocol: protocol.optional(),
    sctpStreamParameters,
    to: z.array(sessionId).min(1).max(100).optional(),
  }),
  result: z.strictObject({dataProducer: mediaId}),
  errors: [...refusals, 'unknown_media', 'conflict', 'media_refused', 'call_media_full'],
});

export const close = request('call.data.close', {
  doc: 'Ends a channel of one’s own. An unknown one is fine: it is closed.',
  params: z.strictObject({room: roomId, dataProducer: mediaId}),
  result: empty,
  errors: [...refusals],
});

export const ready = request('call.data.ready', {
  doc: 'The client’s ends of these channels are open: what is sent on them from now on reaches it. Unknown ones are ignored. One that is not confirmed within 30 s is closed.',
  params: z.strictObject({room: roomId, dataConsumers: z.array(mediaId).min(1).max(1_000)}),
  result: empty,
  errors: [...refusals],
});

export const offered = event('call.data.offered', {
  doc: 'Channels of others for this peer: set up an end of each, then confirm them together with `call.data.ready`.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, channels: z.array(dataOffer).min(1)}),
});

export const ended = event('call.data.ended', {
  doc: 'The peer’s end of a channel is no more. `closed`: the channel is not, or was never confirmed. `slow`: it is reliable, and the peer took so little of it that messages would have been lost.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, dataConsumer: mediaId, reason: z.enum(['closed', 'slow'])}),
});

export const closed = event('call.data.closed', {
  doc: 'To who opened it: a channel ended. `rate_limited`: the peer sent more than it may; `forbidden`: it may not send data any more; `lost`: with its transport.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, dataProducer: mediaId, reason: z.enum(['rate_limited', 'forbidden', 'lost'])}),
});

export const receivers = event('call.data.receivers', {
  doc: 'To who opened a channel: peers that have set up their end since it was told last, whom everything reaches that is sent from now on, and those that have it no longer.',
  delivery: 'direct',
  payload: z.strictObject({
    room: roomId,
    dataProducer: mediaId,
    added: z.array(sessionId),
    removed: z.array(sessionId),
  }),
});
