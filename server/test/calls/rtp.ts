import type {media} from '@parley/protocol';

/**
 * What Chromium would say of its media, by way of mediasoup-client: with the fields that the engine ignores, so that
 * they are seen to be harmless.
 */

let lastSsrc = 1_000_000;

/** A microphone, with an SSRC of its own. */
export function opus(): media.RtpParameters {
  lastSsrc += 1;
  return {
    mid: String(lastSsrc % 1_000),
    msid: 'stream track',
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: {minptime: 10, useinbandfec: 1, usedtx: 1, 'sprop-stereo': 1},
        rtcpFeedback: [{type: 'transport-cc', parameter: ''}],
      },
    ],
    headerExtensions: [
      {uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {}},
      {uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 2, encrypt: false, parameters: {}},
      {uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1, encrypt: false, parameters: {}},
    ],
    encodings: [{ssrc: lastSsrc, dtx: true}],
    rtcp: {cname: 'someone', reducedSize: true},
  };
}

/** A camera in three sizes, told apart by RID. */
export function simulcast(): media.RtpParameters {
  lastSsrc += 1;
  const feedback = [
    {type: 'goog-remb', parameter: ''},
    {type: 'transport-cc', parameter: ''},
    {type: 'ccm', parameter: 'fir'},
    {type: 'nack', parameter: ''},
    {type: 'nack', parameter: 'pli'},
  ];
  return {
    mid: String(lastSsrc % 1_000),
    codecs: [
      {mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: feedback},
      {mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: {apt: 96}, rtcpFeedback: []},
    ],
    headerExtensions: [
      {uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {}},
      {uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10, encrypt: false, parameters: {}},
      {uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id', id: 11, encrypt: false, parameters: {}},
      {
        uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
        id: 3,
        encrypt: false,
        parameters: {},
      },
    ],
    encodings: ['r0', 'r1', 'r2'].map((rid, size) => ({
      rid,
      dtx: false,
      scalabilityMode: 'L1T3',
      maxBitrate: 150_000 * 4 ** size,
    })),
    rtcp: {cname: 'someone', reducedSize: true},
  };
}

/** Of a certificate that nobody has: good enough for everything but media itself. */
export function dtls(role: 'client' | 'server' = 'client'): media.DtlsParameters {
  const value = Array.from({length: 32}, (_, byte) => (byte * 7 + 16).toString(16).toUpperCase()).join(':');
  return {role, fingerprints: [{algorithm: 'sha-256', value}]};
}
