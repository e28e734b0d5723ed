import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Icon} from '../ui/icon.js';

/** The way into the room's call; or, where there are none, the reason why. */
export function CallButton({space, room}: {space: Space; room: Conversation}): JSX.Element | null {
  const calls = space.me.value?.calls;
  if (calls === undefined) return null;
  if (!calls.available) return <CallsOff reason={calls.reason} />;

  const seat = space.call.seat.value;
  if (seat.at === 'call' && seat.room === room) return null;
  const peers = room.callPeers.value;
  const elsewhere = seat.at === 'call';
  const mayJoin = room.rights.value.call.includes('join');
  return (
    <button
      type="button"
      class={peers > 0 ? 'button button--primary call-button' : 'button call-button'}
      data-testid="open-call"
      disabled={seat.at !== 'none' || !mayJoin}
      title={
        elsewhere ? `You are in the call of ${seat.room.title}.` : mayJoin ? undefined : 'You may not join calls here.'
      }
      onClick={() => void space.call.open(room)}
    >
      {seat.at === 'loading' ? <span class="spinner" /> : <Icon name="phone" />}
      {peers > 0 ? `Join call · ${peers}` : 'Call'}
    </button>
  );
}

function CallsOff({reason}: {reason: string | undefined}): JSX.Element {
  return (
    <details class="calls-off" data-testid="calls-off">
      <summary class="calls-off__summary">
        <Icon name="phoneOff" />
        <span>Calls are off</span>
      </summary>
      <p class="calls-off__reason">{reason ?? 'The server did not say why.'}</p>
    </details>
  );
}
