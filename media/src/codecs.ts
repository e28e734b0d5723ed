import {generateRouterRtpCapabilities} from 'mediasoup/ortc';
import type {RouterRtpCodecCapability, RtpCapabilities} from 'mediasoup/types';

/**
 * The codecs of every call, best supported first: a client publishes with the first that it has.
 *
 * Opus carries in-band redundancy (mediasoup forwards no RED) and falls silent between words.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  {kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: {useinbandfec: 1, usedtx: 1}},
  {kind: 'video', mimeType: 'video/VP8', clockRate: 90_000},
  {kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: {'profile-id': 0}},
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1},
  },
  {kind: 'video', mimeType: 'video/AV1', clockRate: 90_000},
];

/** Firefox does not rotate by this extension; without it senders rotate the picture themselves. */
const orientation = 'urn:3gpp:video-orientation';

/** What clients are told that a call can carry; the same for every worker, and known without one. */
export function callCapabilities(): RtpCapabilities {
  const {headerExtensions = [], ...rest} = generateRouterRtpCapabilities(mediaCodecs);
  return {...rest, headerExtensions: headerExtensions.filter(({uri}) => uri !== orientation)};
}
