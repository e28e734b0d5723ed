import type {media} from '@parley/protocol';
import type {SeededRandom} from '../chaos/seeded-random.js';

/** Sound and pictures as browsers publish them, and the parts that warped ones are made of. */

type Codec = media.RtpParameters['codecs'][number];
type Extension = NonNullable<media.RtpParameters['headerExtensions']>[number];
type Encoding = NonNullable<media.RtpParameters['encodings']>[number];

const feedback: NonNullable<Codec['rtcpFeedback']> = [
  {type: 'goog-remb', parameter: ''},
  {type: 'transport-cc', parameter: ''},
  {type: 'ccm', parameter: 'fir'},
  {type: 'nack', parameter: ''},
  {type: 'nack', parameter: 'pli'},
];

const opus: Codec = {
  mimeType: 'audio/opus',
  payloadType: 111,
  clockRate: 48_000,
  channels: 2,
  parameters: {minptime: 10, useinbandfec: 1, usedtx: 1},
  rtcpFeedback: [{type: 'transport-cc', parameter: ''}],
};

const video = (mimeType: string, payloadType: number, parameters: NonNullable<Codec['parameters']> = {}): Codec[] => [
  {mimeType, payloadType, clockRate: 90_000, parameters, rtcpFeedback: feedback},
  {
    mimeType: 'video/rtx',
    payloadType: payloadType + 1,
    clockRate: 90_000,
    parameters: {apt: payloadType},
    rtcpFeedback: [],
  },
];

const videos: readonly Codec[][] = [
  video('video/VP8', 96),
  video('video/VP9', 98, {'profile-id': 0}),
  video('video/H264', 102, {
    'packetization-mode': 1,
    'profile-level-id': '42e01f',
    'level-asymmetry-allowed': 1,
  }),
  video('video/AV1', 45),
];

const uris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
];

const modes = ['L1T1', 'L1T3', 'L3T3', 'L3T3_KEY', 'L3T3_KEY_SHIFT', 'S3T3', 'L2T1h', 'L9T9', 'S99T99', 'L99T99_KEY'];

/** Few, so that those of different tracks meet. */
const someSsrc = (random: SeededRandom): number =>
  random.chance(0.2) ? random.pick([1, 2 ** 31, 2 ** 32 - 1]) : random.between(1_000, 1_060);

const someRid = (random: SeededRandom): string => random.pick(['r0', 'r1', 'r2', 'q', 'x'.repeat(16)]);

/** Right for its kind, with an SSRC that nobody else is likely to have, or with RIDs. */
export function rightTrack(kind: 'audio' | 'video', random: SeededRandom): media.RtpParameters {
  const ssrc = random.between(100_000, 2 ** 31);
  const codecs = kind === 'audio' ? [opus] : random.pick(videos);
  const layered = random.chance(0.5);
  const encodings: Encoding[] =
    kind === 'audio'
      ? [{ssrc, dtx: true}]
      : layered
        ? ['r0', 'r1', 'r2'].map((rid, size) => ({rid, scalabilityMode: 'L1T3', maxBitrate: 150_000 * 4 ** size}))
        : [{ssrc, rtx: {ssrc: ssrc + 1}, scalabilityMode: random.pick(['L1T1', 'L3T3_KEY'])}];
  return structuredClone({
    mid: String(random.between(0, 999_999)),
    codecs,
    headerExtensions: uris.slice(0, 6).map((uri, at) => ({uri, id: at + 1})),
    encodings,
    rtcp: {cname: 'someone', reducedSize: true},
  });
}

const warpCodec = (codec: Codec, random: SeededRandom): Codec =>
  random.weighted<() => Codec>([
    [3, () => ({...codec, payloadType: random.between(0, 127)})],
    [2, () => ({...codec, parameters: {...codec.parameters, apt: random.pick([0, 96, codec.payloadType, 127, -1])}})],
    [1, () => ({...codec, clockRate: random.pick([1, 8_000, 48_000, 90_000, 1_000_000])})],
    [1, () => ({...codec, channels: random.pick([1, 2, 6, 16])})],
    [
      2,
      () => ({
        ...codec,
        mimeType: random.pick(['video/rtx', 'AUDIO/OPUS', 'audio/multiopus', 'video/h265', 'video/VP9']),
      }),
    ],
    [
      2,
      () => ({
        ...codec,
        parameters: {
          'profile-id': random.pick([0, 2, '99', null]),
          'packetization-mode': random.pick([0, 1, 7, 'x']),
          'profile-level-id': random.pick(['42e01f', 'zzzzzz', '', 'f'.repeat(200), 4_321]),
          'level-asymmetry-allowed': random.pick([0, 1, true]),
          'x-google-start-bitrate': 1e308,
        },
      }),
    ],
    [1, () => ({...codec, rtcpFeedback: Array.from({length: 32}, () => random.pick(feedback))})],
  ])();

const warpExtension = (random: SeededRandom): Extension => ({
  uri: random.pick([...uris, 'urn:nobody:knows', 'x'.repeat(256)]),
  id: random.pick([1, 2, 3, 13, 14, 15, 16, 255]),
  encrypt: random.chance(0.1),
});

const warpEncoding = (encoding: Encoding, random: SeededRandom): Encoding =>
  random.weighted<() => Encoding>([
    [3, () => ({...encoding, ssrc: someSsrc(random)})],
    [2, () => ({...encoding, rid: someRid(random)})],
    [2, () => ({...encoding, rtx: {ssrc: random.chance(0.3) ? (encoding.ssrc ?? 1) : someSsrc(random)}})],
    [2, () => ({...encoding, scalabilityMode: random.pick(modes)})],
    [1, () => ({...encoding, codecPayloadType: random.between(0, 127)})],
    [1, () => ({...encoding, maxBitrate: random.pick([1, 1_000_000_000])})],
    [1, () => ({...encoding, dtx: !(encoding.dtx ?? false)})],
    [1, () => ({})],
  ])();

/** Some entries gone, doubled, in another order, or warped; at most `most`, as the contract has it. */
function warpList<T>(list: readonly T[], most: number, random: SeededRandom, warp: (one: T) => T): T[] {
  const at = random.between(0, Math.max(0, list.length - 1));
  const chosen = list.slice(at, at + 1);
  return random.weighted<() => T[]>([
    [6, () => list.map((one, n) => (n === at ? warp(one) : one))],
    [2, () => [...list, ...chosen.map(warp)].slice(0, most)],
    [1, () => [...list, ...chosen].slice(0, most)],
    [1, () => list.filter((_, n) => n !== at)],
    [1, () => list.toReversed()],
    [1, () => Array.from({length: most}, () => chosen.map(warp)).flat()],
  ])();
}

/** What the contract takes, nearly always, and no browser would say: what is left is the engine's to judge. */
export function warpedTrack(right: media.RtpParameters, random: SeededRandom): media.RtpParameters {
  let track = right;
  for (let times = random.between(1, 4); times > 0; times -= 1) {
    const {codecs, headerExtensions = [], encodings = [{}]} = track;
    track = random.weighted<() => media.RtpParameters>([
      [4, () => ({...track, codecs: warpList(codecs, 16, random, (one) => warpCodec(one, random))})],
      [3, () => ({...track, headerExtensions: warpList(headerExtensions, 32, random, () => warpExtension(random))})],
      [5, () => ({...track, encodings: warpList(encodings, 8, random, (one) => warpEncoding(one, random))})],
      [1, () => ({...track, mid: random.pick(['0', '1', 'x'.repeat(32)])})],
      [1, () => ({...track, rtcp: {cname: random.pick(['', 'x'.repeat(256)]), reducedSize: false}})],
      [1, () => ({...track, codecs: [...codecs, ...random.pick(videos), opus].slice(0, 16)})],
    ])();
  }
  return track;
}

/** What a receiver says that it can take, some of it not what it seems. */
export function warpedCapabilities(right: media.RtpCapabilities, random: SeededRandom): media.RtpCapabilities {
  const {codecs, headerExtensions = []} = right;
  type Able = (typeof codecs)[number];
  type Heard = (typeof headerExtensions)[number];
  const codec = (one: Able): Able =>
    random.weighted<() => Able>([
      [3, () => ({...one, preferredPayloadType: random.between(0, 127)})],
      [2, () => ({...one, parameters: {...one.parameters, apt: random.between(0, 127)}})],
      [1, () => ({...one, rtcpFeedback: []})],
      [1, () => ({...one, clockRate: 8_000})],
      [1, () => ({...one, kind: one.kind === 'audio' ? 'video' : 'audio'})],
    ])();
  const extension = (one: Heard): Heard => ({...one, preferredId: random.between(1, 255)});
  return {
    codecs: warpList(codecs, 128, random, codec),
    headerExtensions: warpList(headerExtensions, 128, random, extension),
  };
}

const hex = (random: SeededRandom, bytes: number): string =>
  Array.from({length: bytes}, () => random.between(0, 255).toString(16).padStart(2, '0')).join(':');

const lengths = {'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64} as const;

/** Of a certificate that nobody has; with several fingerprints, or one of the wrong length. */
export function someDtls(random: SeededRandom): media.DtlsParameters {
  const algorithms = Object.keys(lengths) as (keyof typeof lengths)[];
  const fingerprints = Array.from({length: random.chance(0.7) ? 1 : random.between(2, 8)}, () => {
    const algorithm = random.pick(algorithms);
    const value = hex(random, random.chance(0.9) ? lengths[algorithm] : random.between(1, 64));
    return {algorithm, value: random.chance(0.5) ? value : value.toUpperCase()};
  });
  return {fingerprints, ...(random.chance(0.8) && {role: random.pick(['auto', 'client', 'server'] as const)})};
}

/** Of a data channel: any stream, and any mixture of what makes it reliable. */
export const someStream = (random: SeededRandom): media.SctpStreamParameters => ({
  streamId: random.pick([0, 1, 2, 3, 1_023, 1_024, 65_534, 65_535]),
  ordered: random.chance(0.6),
  ...(random.chance(0.3) && {maxPacketLifeTime: random.pick([0, 1, 65_535])}),
  ...(random.chance(0.3) && {maxRetransmits: random.pick([0, 1, 65_535])}),
});
