import type {JSX} from 'preact';
import {Avatar} from '../ui/avatar.js';
import {Dialog} from '../ui/dialog.js';
import {Icon} from '../ui/icon.js';
import {DeviceSettings} from './device-settings.js';
import {DeviceToggles} from './device-toggles.js';
import type {DeviceKind} from './media-problem.js';
import type {LocalMedia} from './local-media.js';
import type {MayShow} from './may-show.js';
import {Picture} from './picture.js';
import type {Person} from './tiles.js';

interface LobbyProps {
  readonly me: Person;
  readonly media: LocalMedia;
  readonly may: MayShow;
  readonly step: 'mirror' | 'joining' | 'waiting';
  readonly onJoin: () => void;
  readonly onClose: () => void;
}

/** Before the call: how one will look and sound, and what to do if that does not work. */
export function Lobby({me, media, may, step, onJoin, onClose}: LobbyProps): JSX.Element {
  const camera = media.camera.value;
  const microphone = media.microphone.value;
  const audible = microphone.state === 'on' && !media.muted.value;
  return (
    <Dialog title="Ready to join?" wide testId="lobby" onClose={onClose}>
      <div class="lobby">
        <div class="lobby__mirror">
          <Mirror me={me} media={media} />
          <div class="lobby__toggles">
            <DeviceToggles media={media} may={may} testIds="lobby" />
          </div>
        </div>
        {may.microphone || may.camera ? (
          <DeviceSettings media={media} />
        ) : (
          <p data-testid="listen-only">You see and hear the others. As a guest you are not seen or heard yourself.</p>
        )}
      </div>
      {step === 'waiting' && (
        <p class="notice lobby__waiting" role="status" data-testid="lobby-waiting">
          <span class="spinner" /> A moderator of the call will let you in. You need not do anything.
        </p>
      )}
      <Problem media={media} kind="camera" />
      <Problem media={media} kind="microphone" />
      <div class="dialog__actions">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="button button--primary"
          data-testid="join-call"
          autofocus
          disabled={step !== 'mirror' || camera.state === 'starting' || microphone.state === 'starting'}
          onClick={onJoin}
        >
          {step === 'mirror' ? joinText(camera.state === 'on', audible) : stepText[step]}
        </button>
      </div>
    </Dialog>
  );
}

function Mirror({me, media}: {me: Person; media: LocalMedia}): JSX.Element {
  const camera = media.camera.value;
  if (camera.state === 'on') return <Picture track={camera.track} mirrored whole={false} label="Your camera" />;
  if (camera.state === 'starting') return <p class="lobby__starting">Starting the camera …</p>;
  return <Avatar user={me.user} name={me.name} size="huge" />;
}

function Problem({media, kind}: {media: LocalMedia; kind: DeviceKind}): JSX.Element | null {
  const device = media[kind].value;
  if (device.state !== 'problem') return null;
  return (
    <div class="notice notice--warn" role="alert" data-testid={`problem-${kind}`} data-cause={device.problem.cause}>
      <Icon name="warning" />
      <div>
        <p class="notice__title">{device.problem.title}</p>
        <p>{device.problem.remedy}</p>
        {device.problem.cause !== 'insecure' && (
          <button type="button" class="link-button" onClick={() => void media.start(kind)}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

const stepText = {joining: 'Joining …', waiting: 'Waiting to be let in …'} as const;

function joinText(camera: boolean, microphone: boolean): string {
  if (camera && microphone) return 'Join the call';
  if (camera) return 'Join muted';
  return microphone ? 'Join with sound only' : 'Join to listen';
}
