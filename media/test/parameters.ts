import type {DtlsParameters, RtpParameters} from 'mediasoup/types';

/** What a browser would publish, with an SSRC of its own. */
export const opus = (ssrc: number): RtpParameters => ({
  mid: String(ssrc % 1_000),
  codecs: [{mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {useinbandfec: 1}}],
  encodings: [{ssrc}],
  rtcp: {cname: 'someone'},
});

export const vp8 = (ssrc: number): RtpParameters => ({
  mid: String(ssrc % 1_000),
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      rtcpFeedback: [{type: 'nack'}, {type: 'nack', parameter: 'pli'}],
    },
  ],
  encodings: [{ssrc}],
  rtcp: {cname: 'someone'},
});

export const dtls = (): DtlsParameters => ({
  role: 'client',
  fingerprints: [{algorithm: 'sha-256', value: Array.from({length: 32}, () => 'AB').join(':')}],
});
