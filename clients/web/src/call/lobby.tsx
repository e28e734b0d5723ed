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
import {useSecondsUntil} from '../ui/use-seconds-until.js';
import type {Person} from './tiles.js';

/**
 * Where one is before the call: looking into the mirror, on the way in, waiting to be let in by somebody (`waiting`), or
 * for another try, because the servers have no room at the moment (`postponed`).
 */
export type LobbyStep =
  | {readonly is: 'mirror' | 'joining' | 'waiting'}
  | {readonly is: 'postponed'; readonly why: string; readonly retryAt: number};

interface LobbyProps {
  readonly me: Person;
  readonly media: LocalMedia;
  readonly may: MayShow;
  readonly step: LobbyStep;
  readonly onJoin: () => void;
  /** Does not wait any longer, and stays before the mirror. */
  readonly onStop: () => void;
  readonly onClose: () => void;
}

/** Before the call: how one will look and sound, and what to do if that does not work. */
export function Lobby({me, media, may, step, onJoin, onStop, onClose}: LobbyProps): JSX.Element {
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
      {step.is === 'waiting' && (
        <p class="notice lobby__waiting" role="status" data-testid="lobby-waiting">
          <span class="spinner" /> A moderator of the call will let you in. You need not do anything.
        </p>
      )}
      {step.is === 'postponed' && <Postponed why={step.why} retryAt={step.retryAt} onStop={onStop} />}
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
          disabled={step.is !== 'mirror' || camera.state === 'starting' || microphone.state === 'starting'}
          onClick={onJoin}
        >
          {step.is === 'mirror' ? joinText(camera.state === 'on', audible) : stepText[step.is]}
        </button>
      </div>
    </Dialog>
  );
}

/** The countdown is seen and not read aloud second by second. */
function Postponed({why, retryAt, onStop}: {why: string; retryAt: number; onStop: () => void}): JSX.Element {
  const seconds = useSecondsUntil(retryAt);
  return (
    <div class="notice lobby__waiting" data-testid="lobby-postponed">
      <span class="spinner" />
      <div class="lobby__why">
        <p role="status">{why} You come in by yourself as soon as they have.</p>
        <p role="timer">{seconds > 0 ? `Next try in ${seconds} s.` : 'Trying again …'}</p>
      </div>
      <button type="button" class="button button--small" data-testid="stop-trying" onClick={onStop}>
        Stop trying
      </button>
    </div>
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

const stepText = {joining: 'Joining …', waiting: 'Waiting to be let in …', postponed: 'Waiting for room …'} as const;

function joinText(camera: boolean, microphone: boolean): string {
  if (camera && microphone) return 'Join the call';
  if (camera) return 'Join muted';
  return microphone ? 'Join with sound only' : 'Join to listen';
}
