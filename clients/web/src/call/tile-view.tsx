import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect} from 'preact/hooks';
import {Avatar} from '../ui/avatar.js';
import {Icon, IconButton} from '../ui/icon.js';
import type {CallSession} from './call-session.js';
import {Loudness} from './loudness.js';
import {PeerActions} from './peer-actions.js';
import {Picture} from './picture.js';
import {QualityBars} from './quality-bars.js';
import type {Tile} from './tiles.js';

interface TileViewProps {
  readonly tile: Tile;
  readonly pinned: boolean;
  readonly onPin: (tile: Tile) => void;
  readonly session: Pick<CallSession, 'setView' | 'speaker' | 'loud' | 'quality' | 'people'>;
}

export function TileView({tile, pinned, onPin, session}: TileViewProps): JSX.Element {
  const {remote} = tile;
  const isPerson = tile.kind === 'person';
  const heard = useSpeaking(tile.muted ? undefined : tile.voice);
  const speaking = heard || (isPerson && remote !== undefined && !tile.muted && session.loud.value.has(remote.peer));
  const isSpeaker = isPerson && remote !== undefined && session.speaker.value === remote.peer;
  const {people} = session;
  const reaction =
    tile.kind === 'person' && tile.peer !== undefined ? people.reactions.value.get(tile.peer) : undefined;
  const classes = [
    'tile',
    tile.kind === 'screen' && 'tile--screen',
    speaking && 'tile--speaking',
    isSpeaker && 'tile--speaker',
  ];
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      data-testid={tile.own ? `tile-own-${tile.kind}` : `tile-${tile.kind}`}
      data-user={tile.user}
      data-tile={tile.key}
      data-speaking={speaking}
      data-speaker={isSpeaker}
    >
      {tile.video !== undefined && !tile.videoPaused && !tile.withheld ? (
        <Picture
          track={tile.video}
          mirrored={tile.own && tile.kind === 'person'}
          whole={tile.kind === 'screen'}
          label={tile.kind === 'screen' ? tile.label : `Video of ${tile.label}`}
          onView={
            remote &&
            ((view) => {
              session.setView(remote.peer, remote.source, view);
            })
          }
        />
      ) : (
        <Avatar user={tile.user} name={tile.name} size="huge" />
      )}
      {reaction !== undefined && (
        <p class="tile__reaction" data-testid="tile-reaction">
          {reaction}
        </p>
      )}
      {remote !== undefined && (
        <div class="tile__tools">
          <IconButton
            icon="pin"
            class="icon-button tile__tool tile__pin"
            label={`Pin ${tile.label}`}
            pressed={pinned}
            testId="pin"
            onClick={() => {
              onPin(tile);
            }}
          />
          {isPerson && people.mayModerate && <PeerActions peer={remote.peer} tile={tile} people={people} />}
        </div>
      )}
      <p class="tile__label">
        {isPerson && <QualityBars own={tile.own} quality={session.quality.value.get(tile.peer ?? '')} />}
        {tile.handUp && (
          <span class="tile__hand" title="Raised hand" data-testid="hand-up">
            <Icon name="hand" />
            <span class="quiet">Raised hand: </span>
          </span>
        )}
        {tile.kind === 'person' && tile.muted && (
          <span class="tile__muted" title="Muted" data-testid="muted">
            <Icon name="microphoneOff" />
            <span class="quiet">Muted: </span>
          </span>
        )}
        <span class="tile__name">{tile.label}</span>
        {tile.viewer && <span class="tile__paused"> · viewer</span>}
        {tile.videoPaused && <span class="tile__paused"> · video paused</span>}
        {tile.withheld && <span class="tile__paused"> · video not shown</span>}
        {tile.starved && !tile.withheld && !tile.videoPaused && (
          <span class="tile__paused" data-testid="starved">
            {' '}
            · weak connection, video stands still
          </span>
        )}
      </p>
      {tile.reconnecting && (
        <p class="tile__veil" role="status" data-testid="reconnecting">
          <span class="spinner" /> Reconnecting …
        </p>
      )}
    </li>
  );
}

function useSpeaking(voice: MediaStreamTrack | undefined): boolean {
  const speaking = useSignal(false);
  useEffect(() => {
    if (voice === undefined) return;
    const loudness = new Loudness(voice);
    const stop = loudness.speaking.subscribe((value) => {
      speaking.value = value;
    });
    return () => {
      stop();
      loudness.close();
      speaking.value = false;
    };
  }, [voice, speaking]);
  return speaking.value;
}
