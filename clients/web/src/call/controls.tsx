import type {JSX} from 'preact';
import {Icon} from '../ui/icon.js';
import type {CallSession} from './call-session.js';
import {DeviceToggles} from './device-toggles.js';
import {Gestures} from './gestures.js';
import {Toggle} from './toggle.js';

interface ControlsProps {
  readonly session: CallSession;
  /** Left out for who may not moderate. */
  readonly onManage: (() => void) | undefined;
  /** Left out for who may not let things go wrong. */
  readonly onRehearse: (() => void) | undefined;
  readonly rehearsing: boolean;
  readonly onSettings: () => void;
  readonly onLeave: () => void;
}

export function Controls(props: ControlsProps): JSX.Element {
  const {session, onManage, onRehearse, rehearsing, onSettings, onLeave} = props;
  const {media} = session;
  const sharing = session.screen.value !== undefined;
  const may = session.may.value;
  return (
    <div class="controls" role="toolbar" aria-label="Call controls">
      <DeviceToggles media={media} may={may} testIds="toggle" />
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
      {onRehearse && (
        <Toggle
          icon="bolt"
          label={rehearsing ? 'Stop rehearsing' : 'Rehearse mishaps'}
          on={rehearsing}
          testId="toggle-rehearse"
          onClick={onRehearse}
        />
      )}
      <Toggle icon="gear" label="Camera and sound" testId="open-settings" onClick={onSettings} />
      <button
        type="button"
        class="control control--leave"
        title="Leave the call"
        data-testid="leave-call"
        onClick={onLeave}
      >
        <Icon name="phoneOff" />
        <span class="control__word">Leave</span>
      </button>
    </div>
  );
}

/** Phones have no way to share a screen from a page. */
const canShareScreen = (): boolean => 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
