import type {media} from '@parley/protocol';
import type {types} from 'mediasoup-client';

/** `T` without `undefined` as a value: an optional field is there or is not. */
type Defined<T> = T extends readonly (infer Item)[]
  ? Defined<Item>[]
  : T extends object
    ? {[K in keyof T]: Defined<Exclude<T[K], undefined>>}
    : T;

/** Drops fields that are `undefined`, which JSON never has, so that optional means what mediasoup-client means by it. */
export function defined<T>(value: T): Defined<T> {
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).flatMap(([key, field]) => (field === undefined ? [] : [[key, walk(field)]])),
    );
  };
  // The walk did what the type says; it cannot be expressed without a cast.
  return walk(value) as Defined<T>;
}

type HeaderUri = types.RtpHeaderExtensionUri;

/**
 * The header extensions in use. `urn:3gpp:video-orientation` is missing on purpose: with it senders leave rotation to
 * the receiver, and Firefox does not rotate; without it they send upright.
 */
const headerUris: readonly string[] = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
] satisfies HeaderUri[];
const isInUse = (uri: string): uri is HeaderUri => headerUris.includes(uri);

/** What the engine can route, for `device.load`. */
export function routerCapabilities({codecs, headerExtensions = []}: media.RtpCapabilities): types.RtpCapabilities {
  return {
    codecs: codecs.flatMap(({preferredPayloadType, ...codec}) =>
      preferredPayloadType === undefined ? [] : [{...defined(codec), preferredPayloadType}],
    ),
    headerExtensions: headerExtensions.flatMap(({uri, ...extension}) =>
      isInUse(uri) ? [{...defined(extension), uri}] : [],
    ),
  };
}

/** What a consumer receives, for `transport.consume`. */
export function receivedParameters({headerExtensions = [], ...rest}: media.RtpParameters): types.RtpParameters {
  return {
    ...defined(rest),
    headerExtensions: headerExtensions.flatMap(({uri, ...extension}) =>
      isInUse(uri) ? [{...defined(extension), uri}] : [],
    ),
  };
}

export const iceCandidates = (candidates: readonly media.IceCandidate[]): types.IceCandidate[] =>
  candidates.map(({address, ...candidate}) => ({...defined(candidate), address: address ?? candidate.ip}));
