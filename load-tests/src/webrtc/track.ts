import type {call, media} from '@parley/protocol';

/** A synthetic track: what it is called on the wire, and how its packets flow. */
export interface TrackSpec {
  readonly kind: media.MediaKind;
  readonly source: call.ProducerSummary['source'];
  readonly codec: media.RtpParameters['codecs'][number];
  readonly headerExtensions: NonNullable<media.RtpParameters['headerExtensions']>;
  readonly packetsPerSecond: number;
  readonly payloadBytes: number;
  /** What the payload begins with. */
  readonly payloadHead: readonly number[];
}

/** Where the loudness of a packet is (RFC 6464): servers that tell who speaks read it, as they do of browsers. */
export const levelExtension = {uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1} as const;

/** Opus in packets of 20 ms, about 48 kb/s. */
export const microphone: TrackSpec = {
  kind: 'audio',
  source: 'microphone',
  codec: {
    mimeType: 'audio/opus',
    payloadType: 111,
    clockRate: 48_000,
    channels: 2,
    parameters: {useinbandfec: 1, usedtx: 1},
  },
  headerExtensions: [levelExtension],
  packetsPerSecond: 50,
  payloadBytes: 120,
  payloadHead: [],
};

/** VP8 of about 0.9 Mb/s, in which every packet is a key frame: who begins to watch need not wait for one. */
export const camera: TrackSpec = {
  kind: 'video',
  source: 'camera',
  codec: {
    mimeType: 'video/VP8',
    payloadType: 96,
    clockRate: 90_000,
    rtcpFeedback: [{type: 'nack'}, {type: 'nack', parameter: 'pli'}],
  },
  headerExtensions: [],
  packetsPerSecond: 100,
  payloadBytes: 1_100,
  // A payload descriptor that says "begin of a partition" (RFC 7741), and a frame header that says "key frame".
  payloadHead: [0x10, 0x00],
};

export const rtpParametersOf = (track: TrackSpec, ssrc: number): media.RtpParameters => ({
  mid: track.source,
  codecs: [track.codec],
  headerExtensions: [...track.headerExtensions],
  encodings: [{ssrc}],
  rtcp: {cname: `synthetic-${String(ssrc)}`, reducedSize: true},
});

const estimation = [
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
];

/** What a synthetic peer can take: all that the router can but what it would have to answer, to have its path measured. */
export const withoutFeedback = ({codecs, headerExtensions = []}: media.RtpCapabilities): media.RtpCapabilities => ({
  codecs: codecs.map(({rtcpFeedback = [], ...codec}) => ({
    ...codec,
    rtcpFeedback: rtcpFeedback.filter(({type}) => type !== 'transport-cc' && type !== 'goog-remb'),
  })),
  headerExtensions: headerExtensions.filter(({uri}) => !estimation.includes(uri)),
});
