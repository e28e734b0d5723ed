import type {call as wire} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import type {MediaSource} from './call.js';

type Sending = Pick<types.ProducerOptions, 'encodings' | 'codecOptions' | 'codec'>;

/** Quarter, half and full size, so that a thumbnail costs its receiver a tenth of the full picture. */
const cameraLayers = (): types.RtpEncodingParameters[] => [
  {scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3'},
  {scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3'},
  {scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3'},
];

/** Browsers built on WebRTC's library send a small picture in fewer layers, and leave out the largest if asked for more. */
function layersFor(size: wire.PictureSize | undefined): types.RtpEncodingParameters[] {
  const longer = size === undefined ? Infinity : Math.max(size.width, size.height);
  if (longer >= 960) return cameraLayers();
  return longer >= 480 ? cameraLayers().slice(1) : cameraLayers().slice(2);
}

/** How each source is sent. Made anew each time: mediasoup-client writes into the encodings. */
export function sending(
  source: MediaSource,
  {codecs = []}: types.RtpCapabilities,
  size: wire.PictureSize | undefined,
): Sending {
  switch (source) {
    case 'microphone':
      return {codecOptions: {opusFec: true, opusDtx: true}};
    case 'screenAudio':
      return {codecOptions: {opusFec: true, opusStereo: true}};
    case 'camera': {
      // The one codec whose simulcast every browser sends and the engine switches.
      const vp8 = codecs.find(({mimeType}) => mimeType.toLowerCase() === 'video/vp8');
      return {
        encodings: layersFor(size),
        // Without it Chromium starts low and takes half a minute until it sends the upper layers.
        codecOptions: {videoGoogleStartBitrate: 1_500},
        ...(vp8 && {codec: vp8}),
      };
    }
    case 'screen':
      return {encodings: [{maxBitrate: 2_500_000}], codecOptions: {videoGoogleStartBitrate: 1_500}};
  }
}

/** How large the whole picture is, as far as the browser says. */
export function pictureSize(track: MediaStreamTrack): wire.PictureSize | undefined {
  if (track.kind !== 'video') return undefined;
  const {width, height} = track.getSettings();
  return width && height ? {width: Math.round(width), height: Math.round(height)} : undefined;
}

/** Sends the spatial layers up to this one, none if it is -1. A single encoding is sent or not. */
export async function sendLayers({rtpSender}: Pick<types.Producer, 'rtpSender'>, spatial: number): Promise<void> {
  if (!rtpSender) return;
  const parameters = rtpSender.getParameters();
  const {encodings} = parameters;
  encodings.forEach((encoding, layer) => {
    encoding.active = encodings.length === 1 ? spatial >= 0 : layer <= spatial;
  });
  await rtpSender.setParameters(parameters);
}
