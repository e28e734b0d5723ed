import type {types} from 'mediasoup-client';
import type {MediaSource} from './call.js';

type Sending = Pick<types.ProducerOptions, 'encodings' | 'codecOptions' | 'codec'>;

/** Quarter, half and full size, so that a thumbnail costs its receiver a tenth of the full picture. */
const cameraLayers = (): types.RtpEncodingParameters[] => [
  {scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3'},
  {scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3'},
  {scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3'},
];

/** How each source is sent. Made anew each time: mediasoup-client writes into the encodings. */
export function sending(source: MediaSource, {codecs = []}: types.RtpCapabilities): Sending {
  switch (source) {
    case 'microphone':
      return {codecOptions: {opusFec: true, opusDtx: true}};
    case 'screenAudio':
      return {codecOptions: {opusFec: true, opusStereo: true}};
    case 'camera': {
      // The one codec whose simulcast every browser sends and the engine switches.
      const vp8 = codecs.find(({mimeType}) => mimeType.toLowerCase() === 'video/vp8');
      return {
        encodings: cameraLayers(),
        // Without it Chromium starts low and takes half a minute until it sends the upper layers.
        codecOptions: {videoGoogleStartBitrate: 1_500},
        ...(vp8 && {codec: vp8}),
      };
    }
    case 'screen':
      return {encodings: [{maxBitrate: 2_500_000}], codecOptions: {videoGoogleStartBitrate: 1_500}};
  }
}
