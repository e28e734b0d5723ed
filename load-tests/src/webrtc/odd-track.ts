import type {media} from '@parley/protocol';
import type {Chance} from './garbage.js';

const extensions = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
];
const codecs = [
  {mimeType: 'audio/opus', clockRate: 48_000, channels: 2},
  {mimeType: 'video/VP8', clockRate: 90_000},
  {mimeType: 'video/VP9', clockRate: 90_000, parameters: {'profile-id': 0}},
  {mimeType: 'video/H264', clockRate: 90_000, parameters: {'packetization-mode': 1, 'profile-level-id': '42e01f'}},
  {mimeType: 'video/AV1', clockRate: 90_000},
] as const;
const modes = ['L1T1', 'L1T3', 'L3T3', 'L3T3_KEY', 'S3T3', 'L9T9', 'S99T99', 'L99T99_KEY'];

/** A track that the contract takes and that no browser publishes, with what its packets would carry. */
export interface OddTrack {
  readonly kind: media.MediaKind;
  readonly rtpParameters: media.RtpParameters;
  readonly ssrcs: readonly number[];
  readonly payloadTypes: readonly number[];
}

/** Any codec by any number, extensions by any numbers, layers that the codec does not have, streams that share an SSRC. */
export function oddTrack(chance: Chance): OddTrack {
  const codec = codecs[chance(codecs.length)] ?? codecs[0];
  const [payloadType, repair] = [chance(128), chance(128)];
  const ssrcs = Array.from({length: 1 + chance(4)}, () => 1 + chance(chance(3) === 0 ? 8 : 2 ** 32 - 1));
  const layered = chance(3) === 0;
  const encodings = ssrcs.map((ssrc, at) => ({
    ...(layered ? {rid: `r${String(at)}`} : {ssrc}),
    ...(chance(2) === 0 && {rtx: {ssrc: 1 + chance(2 ** 32 - 1)}}),
    ...(chance(2) === 0 && {scalabilityMode: modes[chance(modes.length)] ?? 'L1T1'}),
    ...(chance(4) === 0 && {dtx: true}),
  }));
  const rtx = {mimeType: 'video/rtx', payloadType: repair, clockRate: 90_000, parameters: {apt: payloadType}};
  const rtpParameters: media.RtpParameters = {
    mid: String(chance(1_000_000)),
    codecs: [{...codec, payloadType}, ...(codec.mimeType.startsWith('video') && chance(3) > 0 ? [rtx] : [])],
    headerExtensions: extensions.filter(() => chance(3) > 0).map((uri) => ({uri, id: 1 + chance(16)})),
    encodings,
  };
  const kind = codec.mimeType.startsWith('audio') ? 'audio' : 'video';
  return {kind, rtpParameters, ssrcs, payloadTypes: [payloadType, repair]};
}
