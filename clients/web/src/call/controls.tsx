import type {JSX} from 'preact';
import {Icon} from '../ui/icon.js';
import type {CallSession} from './call-session.js';
import {Gestures} from './gestures.js';
import type {Device} from './local-media.js';
import {Toggle} from './toggle.js';

interface ControlsProps {
  readonly session: CallSession;
  /** Left out for who may not moderate. */
  readonly onManage: (() => void) | undefined;
  readonly onSettings: () => void;
  readonly onLeave: () => void;
}

export function Controls({session, onManage, onSettings, onLeave}: ControlsProps): JSX.Element {
  const {media} = session;
  const microphone = media.microphone.value;
  const camera = media.camera.value;
  const audible = microphone.state === 'on' && !media.muted.value;
  const sharing = session.screen.value !== undefined;
  const may = session.may.value;
  return (
    <div class="controls" role="toolbar" aria-label="Call controls">
      {may.microphone && (
        <Toggle
          icon={audible ? 'microphone' : 'microphoneOff'}
          label={audible ? 'Mute' : 'Unmute'}
          on={audible}
          problem={problemOf(microphone)}
          testId="toggle-microphone"
          onClick={() => void media.toggleMicrophone()}
        />
      )}
      {may.camera && (
        <Toggle
          icon={camera.state === 'on' ? 'camera' : 'cameraOff'}
          label={camera.state === 'on' ? 'Turn the camera off' : 'Turn the camera on'}
          on={camera.state === 'on'}
          problem={problemOf(camera)}
          testId="toggle-camera"
          onClick={() => void media.toggleCamera()}
        />
      )}
      {may.screen && canShareScreen() && (
        <Toggle
          icon="screen"
          label={sharing ? 'Stop sharing your screen' : 'Share your screen'}
          on={sharing}
          testId="toggle-screen"
          onClick={() => {
            session.toggleScreen();
          }}
        />
      )}
      <Gestures people={session.people} />
      {onManage && <Toggle icon="shield" label="Manage the call" testId="manage-call" onClick={onManage} />}
      <Toggle icon="gear" label="Camera and sound" testId="open-settings" onClick={onSettings} />
      <button type="button" class="control control--leave" data-testid="leave-call" onClick={onLeave}>
        <Icon name="phoneOff" />
        Leave
      </button>
    </div>
  );
}

export const problemOf = (device: Device): string | undefined =>
  device.state === 'problem' ? device.problem.title : undefined;

/** Phones have no way to share a screen from a page. */
const canShareScreen = (): boolean => 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
