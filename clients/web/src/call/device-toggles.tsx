import type {JSX} from 'preact';
import type {Device, LocalMedia} from './local-media.js';
import type {MayShow} from './may-show.js';
import {Toggle} from './toggle.js';

interface DeviceTogglesProps {
  readonly media: LocalMedia;
  readonly may: MayShow;
  /** What their test ids begin with. */
  readonly testIds: string;
}

/** Microphone and camera, as far as this user may show them. */
export function DeviceToggles({media, may, testIds}: DeviceTogglesProps): JSX.Element {
  const microphone = media.microphone.value;
  const camera = media.camera.value;
  const audible = microphone.state === 'on' && !media.muted.value;
  return (
    <>
      {may.microphone && (
        <Toggle
          icon={audible ? 'microphone' : 'microphoneOff'}
          label={audible ? 'Mute' : 'Unmute'}
          on={audible}
          problem={problemOf(microphone)}
          testId={`${testIds}-microphone`}
          onClick={() => void media.toggleMicrophone()}
        />
      )}
      {may.camera && (
        <Toggle
          icon={camera.state === 'on' ? 'camera' : 'cameraOff'}
          label={camera.state === 'on' ? 'Turn the camera off' : 'Turn the camera on'}
          on={camera.state === 'on'}
          problem={problemOf(camera)}
          testId={`${testIds}-camera`}
          onClick={() => void media.toggleCamera()}
        />
      )}
    </>
  );
}

const problemOf = (device: Device): string | undefined =>
  device.state === 'problem' ? device.problem.title : undefined;
