import {z} from 'zod';
import {dataOffer, ownChannel} from './call-data.js';
import {connectionQuality} from './call-news.js';
import {
  callLimits,
  peerProfile,
  peerSummary,
  recordingEnd,
  recordingStanding,
  type CallLimits,
  type PeerProfile,
  type PeerSummary,
  type Recordable,
  type Recording,
  type RecordingEnd,
} from './call-peer.js';
import {
  consumerOffer,
  mediaId,
  mediaSource,
  pictureSize,
  producerSummary,
  rightToPublish,
  type ConsumerOffer,
  type PictureSize,
  type ProducerSummary,
} from './call-media.js';
import {event, request} from './definition.js';
import {
  dtlsParameters,
  iceCandidate,
  iceParameters,
  iceServer,
  mediaKind,
  rtpCapabilities,
  rtpParameters,
  sctpParameters,
} from './media.js';
import {clientId, roomId, sessionId, timestamp} from './primitives.js';

export {changes, peer, producer, type CallChange} from './call-changes.js';
export {
  callLimits,
  peerProfile,
  peerSummary,
  recordingEnd,
  type CallLimits,
  type PeerProfile,
  type PeerSummary,
  type Recordable,
  type Recording,
  type RecordingEnd,
};
export {
  consumerOffer,
  mediaId,
  mediaSource,
  pictureSize,
  producerSummary,
  rightToPublish,
  type ConsumerOffer,
  type PictureSize,
  type ProducerSummary,
};

const inCall = ['not_joined', 'forbidden', 'not_in_call', 'unknown_media', 'calls_unavailable'] as const;

export const prepare = request('call.prepare', {
  doc: 'What a client needs before it can join: the engine’s RTP capabilities and ICE servers. Credentials that end do so after `iceLifetimeMs`: who is in a call by then asks again before.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({
    routerRtpCapabilities: rtpCapabilities,
    iceServers: z.array(iceServer),
    iceLifetimeMs: z.number().int().min(1).optional(),
  }),
  errors: ['not_joined', 'forbidden', 'calls_unavailable'],
});

export const join = request('call.join', {
  doc: 'Joins the call of a room, starting it if there is none. The producers listed and the events that follow leave nothing out and name nothing twice. Joining again with the same `id` gets the first answer; a session is in one call at a time.',
  params: z.strictObject({room: roomId, id: clientId, rtpCapabilities}),
  result: z.strictObject({
    peer: sessionId,
    peers: z.array(peerSummary),
    producers: z.array(producerSummary),
    startedAt: timestamp,
    locked: z.boolean(),
    lobby: z.boolean(),
    limits: callLimits,
    ...recordingStanding,
  }),
  errors: [
    'not_joined',
    'call_full',
    'call_lobby',
    'call_locked',
    'call_denied',
    'calls_unavailable',
    'forbidden',
    'denied',
    'overloaded',
  ],
});

export const leave = request('call.leave', {
  doc: 'Leaves the call; everything of the peer is closed. Leaving a call one is not in is fine.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({}),
});

export const transportCreate = request('call.transport.create', {
  doc: 'Creates a WebRTC transport: one to `send`, one to `receive`, at most. Another one of that direction ends with all that is on it; but the one that it `replaces` leaves it what it had: consumers are offered anew by it, and producers go on by `call.produce` with `replaces`.',
  params: z.strictObject({
    room: roomId,
    id: clientId,
    direction: z.enum(['send', 'receive']),
    replaces: mediaId.optional(),
  }),
  result: z.strictObject({
    transport: mediaId,
    iceParameters,
    iceCandidates: z.array(iceCandidate),
    dtlsParameters,
    sctpParameters,
  }),
  errors: [...inCall],
});

export const transportConnect = request('call.transport.connect', {
  doc: 'Gives the client’s DTLS parameters. The same ones twice are fine, others a `conflict`.',
  params: z.strictObject({room: roomId, transport: mediaId, dtlsParameters}),
  result: z.strictObject({}),
  errors: [...inCall, 'conflict', 'media_refused'],
});

export const transportRestartIce = request('call.transport.restartIce', {
  doc: 'New ICE credentials. `generation` rises with each restart of the client; an older one gets the answer of the newest. A transport that has failed is `unknown_media`: it can only be replaced.',
  params: z.strictObject({room: roomId, transport: mediaId, generation: z.number().int().min(1)}),
  result: z.strictObject({iceParameters, generation: z.number().int()}),
  errors: [...inCall],
});

export const produce = request('call.produce', {
  doc: 'Publishes a track. The same `id` twice is one producer; a second producer of the same source is a `conflict`. `size` is that of the whole picture, so that who shows it small gets a smaller layer. In a call that was rebuilt, what was paused begins paused: the answer says so. What it `replaces` is a producer of the peer’s own, of the same source, which goes on by this track and keeps its id and whether it is paused, whatever `paused` says.',
  params: z.strictObject({
    room: roomId,
    id: clientId,
    transport: mediaId,
    kind: mediaKind,
    source: mediaSource,
    rtpParameters,
    paused: z.boolean().optional(),
    size: pictureSize.optional(),
    replaces: mediaId.optional(),
  }),
  result: z.strictObject({producer: mediaId, paused: z.boolean()}),
  errors: [...inCall, 'conflict', 'media_refused', 'call_media_full'],
});

const producerParams = z.strictObject({room: roomId, producer: mediaId});
const empty = z.strictObject({});

export const producerPause = request('call.producer.pause', {
  doc: 'Stops forwarding a producer of one’s own (mute).',
  params: producerParams,
  result: empty,
  errors: [...inCall],
});

export const producerResume = request('call.producer.resume', {
  doc: 'Forwards a producer of one’s own again.',
  params: producerParams,
  result: empty,
  errors: [...inCall],
});

export const producerClose = request('call.producer.close', {
  doc: 'Ends a producer of one’s own. An unknown one is fine: it is closed.',
  params: producerParams,
  result: empty,
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});

export const subscribe = request('call.subscribe', {
  doc: 'Says which producers the peer wants: all of the others’ (`all`, also future ones), or exactly those listed. Offers follow as `call.consumers.offered`. With `data` also the data channels that are for it, as `call.data.offered`.',
  params: z.strictObject({
    room: roomId,
    transport: mediaId,
    data: z.boolean().optional(),
    producers: z.union([z.literal('all'), z.array(mediaId).max(1_000)]),
  }),
  result: empty,
  errors: [...inCall],
});

export const consumersReady = request('call.consumers.ready', {
  doc: 'The client has these consumers set up; media starts. Unknown ones are ignored: their producer ended meanwhile. A consumer not confirmed within 30 s is closed.',
  params: z.strictObject({room: roomId, consumers: z.array(mediaId).min(1).max(1_000)}),
  result: empty,
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});

export const consumerSet = request('call.consumer.set', {
  doc: 'Pauses or resumes one of the peer’s consumers, and says which layers and priority it wants. `size` is how large the picture is shown: the smallest layer that fills it is sent. What is `pinned` is sent however many there are. With both, `preferredLayers` counts.',
  params: z.strictObject({
    room: roomId,
    consumer: mediaId,
    paused: z.boolean().optional(),
    preferredLayers: z
      .strictObject({spatial: z.number().int().min(0).max(8), temporal: z.number().int().min(0).max(8).optional()})
      .optional(),
    size: pictureSize.optional(),
    priority: z.number().int().min(1).max(255).optional(),
    pinned: z.boolean().optional(),
  }),
  result: empty,
  errors: [...inCall],
});

/** The highest spatial layer of a producer that anybody is shown, -1 if none. */
const watching = z.strictObject({producer: mediaId, spatial: z.number().int().min(-1).max(8)});

export const sync = request('call.sync', {
  doc: 'After a resume: the call as it stands for this peer. What the client has and this does not list is gone; what this lists and the client has not is new. Consumers never confirmed are offered again.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({
    peer: sessionId,
    peers: z.array(peerSummary),
    producers: z.array(producerSummary),
    transports: z.array(z.strictObject({transport: mediaId, direction: z.enum(['send', 'receive'])})),
    consumers: z.array(consumerOffer.extend({ready: z.boolean(), paused: z.boolean(), starved: z.boolean()})),
    /** Open data channels, by their ends and, of one’s own, by who has the other ends. */
    dataConsumers: z.array(dataOffer.extend({ready: z.boolean()})),
    dataProducers: z.array(ownChannel),
    /** Of the peer’s own video, as `call.producer.watched` tells it. */
    watched: z.array(watching),
    /** Of whom it is not good, as `call.quality` tells it. */
    quality: z.array(connectionQuality),
    /** As `call.speaker` tells it. */
    speaker: sessionId.nullable(),
    startedAt: timestamp,
    locked: z.boolean(),
    lobby: z.boolean(),
    limits: callLimits,
    ...recordingStanding,
  }),
  errors: ['not_joined', 'forbidden', 'not_in_call', 'calls_unavailable'],
});

export const status = event('call.status', {
  doc: 'To every member in the room: whether there is a call, how many are in it, and how many wait to be let in.',
  delivery: 'state',
  payload: z.strictObject({
    room: roomId,
    active: z.boolean(),
    peers: z.number().int().min(0),
    waiting: z.number().int().min(0),
    at: timestamp,
  }),
});

export const watched = event('call.producer.watched', {
  doc: 'To the peer of a video producer: the highest spatial layer that anybody is shown, -1 if none. What is above need not be sent. Until it is told, all are.',
  delivery: 'direct',
  payload: watching.extend({room: roomId}),
});

export const consumer = event('call.consumer', {
  doc: 'A consumer of this peer is `starved`: its video stands still, because the path carries no layer of it, or it gives way to what goes before it. Sound goes on. `restored`: it moves again.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, consumer: mediaId, change: z.enum(['starved', 'restored'])}),
});

export const transportFailed = event('call.transport.failed', {
  doc: 'A transport of this peer has failed for good: only another one that `replaces` it can help (`call.transport.create`).',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, transport: mediaId}),
});

export const consumersOffered = event('call.consumers.offered', {
  doc: 'Consumers made for this peer, all paused: set them up, then confirm them together with `call.consumers.ready`. What one of them `replaces` has ended with that, and what was said of it by `call.consumer.set` holds for the new one.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, consumers: z.array(consumerOffer).min(1)}),
});

export const consumersClosed = event('call.consumers.closed', {
  doc: 'Consumers of this peer that ended. Ids the client does not know yet must be remembered as closed.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, consumers: z.array(mediaId).min(1)}),
});

export const closed = event('call.closed', {
  doc: 'This peer is no longer in the call. `ended`: the call is over. `lost`: the node that ran it is gone; joining again rebuilds it. `moved`: it goes on at another node; its media stands for 8 s more, so that who joins again and leaves it only then is silent for no moment. `kicked`: somebody put it out. `denied`: to a session that waits, that it is not let in.',
  delivery: 'direct',
  payload: z.strictObject({
    room: roomId,
    reason: z.enum(['left', 'ended', 'lost', 'moved', 'removed', 'kicked', 'denied']),
  }),
});
