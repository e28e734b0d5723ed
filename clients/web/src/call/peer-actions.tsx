import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {IconButton} from '../ui/icon.js';
import type {Gathering} from './gathering.js';
import type {Tile} from './tiles.js';

interface PeerActionsProps {
  readonly peer: string;
  readonly tile: Pick<Tile, 'name' | 'muted' | 'video' | 'videoPaused' | 'handUp'>;
  readonly people: CallActions;
}

export type CallActions = Pick<Gathering, 'mute' | 'lowerHands' | 'kick'>;

/** What a moderator may do to one other: unfolded on their tile. Nobody can be unmuted by somebody else. */
export function PeerActions({peer, tile, people}: PeerActionsProps): JSX.Element {
  const open = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  const {name, muted, video, videoPaused, handUp} = tile;

  useEffect(() => {
    if (open.value) menu.current?.querySelector('button')?.focus();
  }, [open.value]);

  const close = (): void => {
    open.value = false;
    menu.current?.parentElement?.querySelector<HTMLElement>('[aria-expanded]')?.focus();
  };
  const item = (label: string, testId: string, act: () => void): JSX.Element => (
    <button
      type="button"
      class="peer-actions__item"
      data-testid={testId}
      onClick={() => {
        act();
        close();
      }}
    >
      {label}
    </button>
  );
  return (
    <div
      class="peer-actions"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <IconButton
        icon="more"
        class="icon-button tile__tool"
        label={`What may be done to ${name}`}
        expanded={open.value}
        testId="peer-actions"
        onClick={() => {
          open.value = !open.value;
        }}
      />
      {open.value && (
        <div ref={menu} class="peer-actions__menu" role="group" aria-label={`What may be done to ${name}`}>
          {!muted &&
            item('Mute', 'mute-peer', () => {
              people.mute([peer]);
            })}
          {video !== undefined &&
            !videoPaused &&
            item('Stop video', 'stop-video', () => {
              people.mute([peer], ['camera']);
            })}
          {handUp &&
            item('Lower hand', 'lower-hand', () => {
              people.lowerHands([peer]);
            })}
          {item('Put out of the call', 'kick-peer', () => {
            people.kick(peer);
          })}
        </div>
      )}
    </div>
  );
}
