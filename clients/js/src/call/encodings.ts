import type {call as wire, VideoCodec} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import type {MediaSource} from './call.js';

type Sending = Pick<types.ProducerOptions, 'encodings' | 'codecOptions' | 'codec'>;
type Size = wire.PictureSize | undefined;

/** Of a camera, for a quarter, a half and the full size: a thumbnail costs its receiver a tenth of the full picture. */
const cameraBitrates = [150_000, 500_000, 1_500_000] as const;
/** Of a screen, for half and the full size: smaller ones nobody could read. */
const screenBitrates = [600_000, 2_500_000] as const;

/** Without it Chromium starts low and takes half a minute until it sends the upper layers. */
const codecOptions = {videoGoogleStartBitrate: 1_500};

/** Browsers built on WebRTC's library send a small picture in fewer layers, and leave out the largest if asked for more. */
function layersOf(size: Size): number {
  const longer = size === undefined ? Infinity : Math.max(size.width, size.height);
  if (longer >= 960) return 3;
  return longer >= 480 ? 2 : 1;
}

/** One encoding of each size: what every browser sends, and the engine switches between. */
function simulcast(bitrates: readonly number[]): types.RtpEncodingParameters[] {
  return bitrates.map((maxBitrate, layer) => ({
    scaleResolutionDownBy: 2 ** (bitrates.length - 1 - layer),
    maxBitrate,
    scalabilityMode: 'L1T3',
  }));
}

/** All sizes in one encoding, each built upon the smaller ones: costs the sender less than simulcast. */
function scalable(layers: number, top = layers): types.RtpEncodingParameters {
  return {
    scaleResolutionDownBy: 2 ** (layers - top),
    maxBitrate: cameraBitrates[cameraBitrates.length - 1 - layers + top] ?? cameraBitrates[0],
    scalabilityMode: top === 1 ? 'L1T3' : `L${top}T3_KEY`,
  };
}

/** How each codec is sent: the engine takes VP9 and AV1 in one encoding only, and browsers decode no layers of AV1. */
const cameraBy: Readonly<Record<VideoCodec, (layers: number) => types.RtpEncodingParameters[]>> = {
  VP8: (layers) => simulcast(cameraBitrates.slice(-layers)),
  H264: (layers) => simulcast(cameraBitrates.slice(-layers)),
  VP9: (layers) => [scalable(layers)],
  AV1: () => [scalable(1)],
};

/** Chromium sends nothing at all of a screen in VP9 with layers of size, unless it is hinted as motion (version 156). */
const screenSizes: Readonly<Record<VideoCodec, number>> = {VP8: 2, H264: 2, VP9: 1, AV1: 1};

/**
 * Each size in three layers of time: where a path is weak a screen moves less often first, and is smaller then. The
 * smaller of the two is what is kept as long as anything is.
 */
const screenIn = (codec: VideoCodec, layers: number): types.RtpEncodingParameters[] =>
  simulcast(screenBitrates.slice(-Math.min(screenSizes[codec], Math.max(layers - 1, 1))));

const isNamed = (name: string): name is VideoCodec => name in cameraBy;
const nameOf = ({mimeType}: Pick<types.RtpCodecCapability, 'mimeType'>): string =>
  mimeType.split('/')[1]?.toUpperCase() ?? '';

/** The first of those that the room prefers which this browser sends: they come in the room's order. */
function preferred({
  codecs = [],
}: types.RtpCapabilities): {codec: types.RtpCodecCapability; name: VideoCodec} | undefined {
  for (const codec of codecs) {
    const name = nameOf(codec);
    if (codec.kind === 'video' && isNamed(name)) return {codec, name};
  }
  return undefined;
}

/** How each source is sent. Made anew each time: mediasoup-client writes into the encodings. */
export function sending(source: MediaSource, capabilities: types.RtpCapabilities, size: Size): Sending {
  const video = preferred(capabilities);
  const codec = video && {codec: video.codec};
  switch (source) {
    // Lost sound is first repaired from the next packet, then asked for again; between words nothing is sent.
    case 'microphone':
      return {codecOptions: {opusFec: true, opusDtx: true, opusNack: true}};
    case 'screenAudio':
      return {codecOptions: {opusFec: true, opusNack: true, opusStereo: true}};
    case 'camera':
      return {encodings: cameraBy[video?.name ?? 'VP8'](layersOf(size)), codecOptions, ...codec};
    case 'screen':
      return {encodings: screenIn(video?.name ?? 'VP8', layersOf(size)), codecOptions, ...codec};
  }
}

/** How large the whole picture is, as far as the browser says. */
export function pictureSize(track: MediaStreamTrack): Size {
  if (track.kind !== 'video') return undefined;
  const {width, height} = track.getSettings();
  return width && height ? {width: Math.round(width), height: Math.round(height)} : undefined;
}

/** Tells the browser what a track shows, unless the application has: of a screen the details matter, not the motion. */
export function hintAt(source: MediaSource, track: MediaStreamTrack): void {
  if (source === 'screen' && track.contentHint === '') track.contentHint = 'detail';
}

const scalability = /^L([1-9])T3/;

/**
 * Sends the spatial layers up to this one, none if it is -1. A single encoding is sent or not; one of several layers is
 * made smaller: of fewer layers the top one would be the full picture still.
 */
export async function sendLayers(
  {rtpSender, rtpParameters}: Pick<types.Producer, 'rtpSender' | 'rtpParameters'>,
  spatial: number,
): Promise<void> {
  if (!rtpSender) return;
  const parameters = rtpSender.getParameters();
  const {encodings} = parameters;
  const whole = Number(scalability.exec(rtpParameters.encodings?.[0]?.scalabilityMode ?? '')?.[1] ?? 1);
  encodings.forEach((encoding, layer) => {
    encoding.active = encodings.length === 1 ? spatial >= 0 : layer <= spatial;
    if (encodings.length > 1 || whole === 1 || spatial < 0) return;
    const top = Math.min(spatial + 1, whole);
    Object.assign(encoding, scalable(whole, top));
  });
  await rtpSender.setParameters(parameters);
}
