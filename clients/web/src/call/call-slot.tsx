import type {JSX} from 'preact';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';

const nobody = {user: '', name: ''};

/** Where the call of a room is drawn, once the code for it is there. */
export function CallSlot({space, room}: {space: Space; room: Conversation}): JSX.Element | null {
  const seat = space.call.seat.value;
  if (seat.at === 'none' || seat.at === 'loading' || seat.room !== room) return null;
  const {Lobby, Stage, mayShow} = seat.part;
  const me = space.me.value ?? nobody;
  const leave = (): void => {
    space.call.leave();
  };
  return seat.at === 'lobby' ? (
    <Lobby
      me={me}
      media={seat.media}
      may={mayShow(room.rights.value)}
      step={seat.step}
      onJoin={() => void space.call.join()}
      onStop={() => {
        space.call.stopWaiting();
      }}
      onClose={leave}
    />
  ) : (
    <Stage me={me} session={seat.session} onLeave={leave} />
  );
}

/** What stays of a call wherever one looks: its sound, and the way back. */
export function CallElsewhere({space}: {space: Space}): JSX.Element | null {
  const seat = space.call.seat.value;
  if (seat.at !== 'call') return null;
  const {Sound} = seat.part;
  return (
    <>
      <Sound session={seat.session} />
      {space.selected.value !== seat.room && (
        <div class="banner banner--call" data-testid="call-elsewhere">
          <p>You are in the call of {seat.room.title}.</p>
          <button
            type="button"
            class="button button--small"
            onClick={() => {
              space.select(seat.room);
            }}
          >
            Return
          </button>
          <button
            type="button"
            class="button button--small button--danger"
            onClick={() => {
              space.call.leave();
            }}
          >
            Leave
          </button>
        </div>
      )}
    </>
  );
}
