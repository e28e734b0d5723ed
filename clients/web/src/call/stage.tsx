import {useSignal} from '@preact/signals';
import type {Strain} from '@parley/client';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {Dialog} from '../ui/dialog.js';
import {pinKey, type CallSession} from './call-session.js';
import {Controls} from './controls.js';
import {DeviceSettings} from './device-settings.js';
import {ModeratorDialog} from './moderator-dialog.js';
import {PeopleBar} from './people-bar.js';
import {ReceptionSetting} from './reception-setting.js';
import {RehearsePanel} from './rehearse-panel.js';
import {repairText} from './repair-text.js';
import {RecordingSign} from './recording-sign.js';
import {TileView} from './tile-view.js';
import {tilesOf, type Person, type Tile} from './tiles.js';

interface StageProps {
  readonly me: Person;
  readonly session: CallSession;
  readonly onLeave: () => void;
}

/** The call itself: everybody's picture and the controls. */
export function Stage({me, session, onLeave}: StageProps): JSX.Element {
  const settings = useSignal(false);
  const managing = useSignal(false);
  const rehearsing = useSignal(false);
  const {media, people: gathering} = session;
  const section = useRef<HTMLElement>(null);
  const moved = useRef<string | undefined>(undefined);
  const self = gathering.self.value;
  const camera = media.camera.value;
  const microphone = media.microphone.value;
  const tiles = tilesOf(session.participants.value, {
    ...me,
    name: self?.name ?? me.name,
    handUp: typeof self?.handRaisedAt === 'number',
    peer: session.peer,
    camera: camera.state === 'on' ? camera.track : undefined,
    microphone: microphone.state === 'on' ? microphone.track : undefined,
    muted: media.muted.value,
    screen: session.screen.value,
  });
  const pinned = session.pinned.value;
  const isPinned = ({remote}: Tile): boolean => remote !== undefined && pinned.has(pinKey(remote.peer, remote.source));
  // What is pinned is large and first; of the others screens are.
  const large = [...tiles.filter(isPinned), ...tiles.filter((tile) => tile.kind === 'screen' && !isPinned(tile))];
  const people = tiles.filter((tile) => !large.includes(tile));
  const pin = ({key, remote}: Tile): void => {
    if (remote === undefined) return;
    moved.current = key;
    session.togglePin(remote);
  };
  // A tile that is pinned is drawn elsewhere: who did it by keyboard goes with it.
  useEffect(() => {
    const key = moved.current;
    moved.current = undefined;
    if (key === undefined) return;
    section.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(key)}"] .tile__pin`)?.focus();
  }, [pinned]);
  const strain = session.strain.value;
  // Where there is sound alone, the line that says so says it all.
  const withheld = strain === 'sound' || strain === 'full' ? 0 : people.filter((tile) => tile.withheld).length;
  return (
    <section ref={section} class="stage" aria-label="Call" data-testid="stage">
      <StateLine session={session} />
      <StrainLine strain={strain} />
      <RecordingSign people={gathering} />
      <PeopleBar people={gathering} />
      {rehearsing.value && <RehearsePanel rehearsal={session.rehearsal} />}
      {large.length > 0 && (
        <ul class="stage__screens">
          {large.map((tile) => (
            <TileView key={tile.key} tile={tile} pinned={isPinned(tile)} onPin={pin} session={session} />
          ))}
        </ul>
      )}
      <ul class={large.length > 0 ? 'stage__strip' : `stage__grid stage__grid--${Math.min(people.length, 10)}`}>
        {people.map((tile) => (
          <TileView key={tile.key} tile={tile} pinned={false} onPin={pin} session={session} />
        ))}
      </ul>
      {withheld > 0 && (
        <p class="stage__more" data-testid="not-shown" title="Those who spoke last are shown.">
          Not shown: {withheld} more {withheld === 1 ? 'video' : 'videos'}
        </p>
      )}
      <Controls
        session={session}
        onManage={
          gathering.mayModerate || gathering.mayRecord
            ? () => {
                managing.value = true;
              }
            : undefined
        }
        onRehearse={
          gathering.mayRehearse
            ? () => {
                rehearsing.value = !rehearsing.value;
              }
            : undefined
        }
        rehearsing={rehearsing.value}
        onSettings={() => {
          settings.value = true;
        }}
        onLeave={onLeave}
      />
      {managing.value && (
        <ModeratorDialog
          people={gathering}
          room={session.room}
          mayChooseCodec={session.mayChooseCodec.value}
          onClose={() => {
            managing.value = false;
          }}
        />
      )}
      {settings.value && (
        <Dialog
          title="Camera and sound"
          testId="device-settings"
          onClose={() => {
            settings.value = false;
          }}
        >
          <DeviceSettings media={media} />
          <ReceptionSetting session={session} />
        </Dialog>
      )}
    </section>
  );
}

function StateLine({session}: {session: CallSession}): JSX.Element {
  const state = session.state.value;
  return (
    <p class="stage__state" role="status" data-testid="call-state" data-status={state.status}>
      {state.status === 'reconnecting' && repairText[state.reason]}
      {state.status === 'joining' && 'Joining …'}
    </p>
  );
}

const strainText = {
  none: undefined,
  fewer: 'The servers are busy: four cameras are shown at most.',
  sound: 'The servers are busy: sound goes on, pictures come back as soon as there is room.',
  full: 'The servers are busy: sound goes on, pictures come back as soon as there is room. Nobody new can join until then.',
} as const;

/** Why there is less to see than there could be, as long as that is so. */
function StrainLine({strain}: {strain: Strain}): JSX.Element {
  return (
    <p class="stage__strain" role="status" data-testid="strain" data-degree={strain}>
      {strainText[strain]}
    </p>
  );
}
