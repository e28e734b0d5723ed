import type {JSX} from 'preact';
import {Dialog} from '../ui/dialog.js';
import type {Gathering} from './gathering.js';

interface ModeratorDialogProps {
  readonly people: Gathering;
  readonly onClose: () => void;
}

/** What those who see to a call may do to it as a whole. */
export function ModeratorDialog({people, onClose}: ModeratorDialogProps): JSX.Element {
  const {locked, lobby} = people.settings.value;
  const act = (doing: () => void) => (): void => {
    doing();
    onClose();
  };
  return (
    <Dialog title="Manage the call" testId="moderator-dialog" onClose={onClose}>
      <label class="check">
        <input
          type="checkbox"
          data-testid="set-lobby"
          checked={lobby}
          onChange={({currentTarget}) => {
            people.setLobby(currentTarget.checked);
          }}
        />
        <span>Whoever comes waits until somebody lets them in</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          data-testid="set-locked"
          checked={locked}
          onChange={({currentTarget}) => {
            people.setLocked(currentTarget.checked);
          }}
        />
        <span>Lock the call: nobody new comes in</span>
      </label>
      <div class="dialog__actions dialog__actions--wrap">
        <button
          type="button"
          class="button"
          data-testid="mute-all"
          onClick={act(() => {
            people.mute('all');
          })}
        >
          Mute all others
        </button>
        <button
          type="button"
          class="button"
          data-testid="lower-hands"
          onClick={act(() => {
            people.lowerHands('all');
          })}
        >
          Lower all hands
        </button>
        <button
          type="button"
          class="button button--danger"
          data-testid="end-call"
          onClick={act(() => {
            people.endForAll();
          })}
        >
          End the call for all
        </button>
      </div>
    </Dialog>
  );
}
