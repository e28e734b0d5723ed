import {z} from 'zod';
import {mediaKind, rtpParameters} from './media.js';
import {sessionId} from './primitives.js';
import type {CallRight} from './role.js';

/** Ids of transports, producers and consumers: made by the media engine. */
export const mediaId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/);

/** What a track shows. One peer publishes at most one producer of each source. */
export const mediaSource = z.enum(['microphone', 'camera', 'screen', 'screenAudio']);

/** The right in calls that it takes to publish something. */
export const rightToPublish = {
  microphone: 'audio',
  screenAudio: 'screen',
  camera: 'video',
  screen: 'screen',
} as const satisfies Readonly<Record<z.infer<typeof mediaSource>, CallRight>>;

/** How large a picture is, in pixels. */
export const pictureSize = z.strictObject({
  width: z.number().int().min(1).max(16_384),
  height: z.number().int().min(1).max(16_384),
});
export type PictureSize = z.infer<typeof pictureSize>;

export const producerSummary = z.strictObject({
  producer: mediaId,
  peer: sessionId,
  kind: mediaKind,
  source: mediaSource,
  paused: z.boolean(),
});
export type ProducerSummary = z.infer<typeof producerSummary>;

export const consumerOffer = z.strictObject({
  consumer: mediaId,
  /** Of the peer that is offered it: by which it comes. */
  transport: mediaId,
  producer: mediaId,
  peer: sessionId,
  kind: mediaKind,
  source: mediaSource,
  type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
  rtpParameters,
  producerPaused: z.boolean(),
  /** Others go before it: see `call.consumers.chosen`. */
  withheld: z.boolean(),
  /** The consumer whose place it takes. */
  replaces: mediaId.optional(),
});
export type ConsumerOffer = z.infer<typeof consumerOffer>;
