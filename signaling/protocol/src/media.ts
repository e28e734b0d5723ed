import {z} from 'zod';

/**
 * RTP, DTLS, ICE and SCTP parameters as mediasoup and mediasoup-client exchange them (https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/).
 *
 * They are parsed because malformed ones have ended media workers. Fields that browsers add and the engine does not
 * know are dropped, not refused.
 */

const short = z.string().max(256);
const payloadType = z.number().int().min(0).max(127);
const ssrc = z.number().int().min(1).max(0xffff_ffff);
const mimeType = z
  .string()
  .max(64)
  .regex(/^(audio|video)\/[A-Za-z0-9.+-]+$/i);
const clockRate = z.number().int().min(1).max(1_000_000);
const channels = z.number().int().min(1).max(16);
const codecParameters = z
  .record(z.string().max(64), z.union([short, z.number(), z.boolean(), z.null()]))
  .refine((p) => Object.keys(p).length <= 32, 'at most 32 codec parameters');
const rtcpFeedback = z.array(z.object({type: short, parameter: short.optional()})).max(32);
const headerUri = z.string().min(1).max(256);
const headerId = z.number().int().min(1).max(255);

export const mediaKind = z.enum(['audio', 'video']);

export const rtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: mediaKind,
        mimeType,
        preferredPayloadType: payloadType.optional(),
        clockRate,
        channels: channels.optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .max(128),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKind,
        uri: headerUri,
        preferredId: headerId,
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(128)
    .optional(),
});

export const rtpParameters = z.object({
  mid: z.string().max(32).optional(),
  msid: z.string().max(256).optional(),
  codecs: z
    .array(
      z.object({
        mimeType,
        payloadType,
        clockRate,
        channels: channels.optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({uri: headerUri, id: headerId, encrypt: z.boolean().optional(), parameters: codecParameters.optional()}),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.optional(),
        rid: z
          .string()
          .min(1)
          .max(16)
          .regex(/^[A-Za-z0-9]+$/)
          .optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.object({ssrc}).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .max(16)
          .regex(/^[LS][1-9]\d?T[1-9]\d?(_KEY|_KEY_SHIFT|h)?$/)
          .optional(),
        maxBitrate: z.number().int().min(1).max(1_000_000_000).optional(),
      }),
    )
    .min(1)
    .max(8)
    .optional(),
  rtcp: z.object({cname: short.optional(), reducedSize: z.boolean().optional()}).optional(),
});

const fingerprintHex = z
  .string()
  .max(200)
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/);

/** Bytes of each fingerprint algorithm, so that a truncated one is refused here. */
const fingerprintBytes = {'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64} as const;

export const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z
        .object({algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']), value: fingerprintHex})
        .refine(
          (f) => f.value.split(':').length === fingerprintBytes[f.algorithm],
          'length does not fit the algorithm',
        ),
    )
    .min(1)
    .max(8),
});

export const iceParameters = z.object({usernameFragment: short, password: short, iceLite: z.boolean().optional()});

export const iceCandidate = z.object({
  foundation: short,
  priority: z.number().int(),
  address: short.optional(),
  ip: short,
  protocol: z.enum(['udp', 'tcp']),
  port: z.number().int().min(0).max(65_535),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.enum(['active', 'passive', 'so']).optional(),
});

/** Of the engine's end of the association that data channels are made of. */
export const sctpParameters = z.object({
  port: z.number().int().min(0).max(65_535),
  maxSendMessageSize: z.number().int().min(0),
  maxReceiveMessageSize: z.number().int().min(0),
});

const sixteenBits = z.number().int().min(0).max(65_535);

/** As of `RTCDataChannel`: what is neither ordered nor limited in its repetitions is reliable, too. */
export const sctpStreamParameters = z
  .object({
    streamId: z.number().int().min(0).max(65_534),
    ordered: z.boolean(),
    /** Milliseconds. */
    maxPacketLifeTime: sixteenBits.min(1).optional(),
    maxRetransmits: sixteenBits.optional(),
  })
  .refine(
    ({ordered, maxPacketLifeTime, maxRetransmits}) =>
      [ordered, maxPacketLifeTime !== undefined, maxRetransmits !== undefined].filter(Boolean).length <= 1,
    'one at most of: ordered, maxPacketLifeTime, maxRetransmits',
  );

export const iceServer = z.object({
  urls: z.union([short, z.array(short).max(8)]),
  username: short.optional(),
  credential: short.optional(),
});

export type RtpCapabilities = z.infer<typeof rtpCapabilities>;
export type RtpParameters = z.infer<typeof rtpParameters>;
export type DtlsParameters = z.infer<typeof dtlsParameters>;
export type IceParameters = z.infer<typeof iceParameters>;
export type IceCandidate = z.infer<typeof iceCandidate>;
export type SctpParameters = z.infer<typeof sctpParameters>;
export type SctpStreamParameters = z.infer<typeof sctpStreamParameters>;
export type IceServer = z.infer<typeof iceServer>;
export type MediaKind = z.infer<typeof mediaKind>;
