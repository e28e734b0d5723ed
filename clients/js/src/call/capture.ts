import type {CallOptions, Capture, MediaSource} from './call.js';

/** A track to publish. `own`: captured here, and so ended here. */
export interface CapturedTrack {
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  readonly own: boolean;
}

/** Browsers would give 640 × 480. */
const usualCamera: MediaTrackConstraints = {width: {ideal: 1_280}, height: {ideal: 720}};

const isTrack = (capture: Capture | undefined): capture is MediaStreamTrack =>
  typeof capture === 'object' && 'readyState' in capture;

/** Asks the browser once for all that is to be captured; rejects with its own error. */
export async function capture({microphone, camera}: CallOptions): Promise<readonly CapturedTrack[]> {
  const audio = isTrack(microphone) ? false : (microphone ?? false);
  const video = isTrack(camera) ? false : camera === true ? usualCamera : (camera ?? false);
  const stream =
    audio === false && video === false ? undefined : await navigator.mediaDevices.getUserMedia({audio, video});
  const [audioTrack] = stream?.getAudioTracks() ?? [];
  const [videoTrack] = stream?.getVideoTracks() ?? [];
  return [
    ...(isTrack(microphone) ? [{source: 'microphone' as const, track: microphone, own: false}] : []),
    ...(audioTrack ? [{source: 'microphone' as const, track: audioTrack, own: true}] : []),
    ...(isTrack(camera) ? [{source: 'camera' as const, track: camera, own: false}] : []),
    ...(videoTrack ? [{source: 'camera' as const, track: videoTrack, own: true}] : []),
  ];
}
