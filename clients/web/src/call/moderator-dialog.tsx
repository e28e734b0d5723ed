import type {Room} from '@parley/client';
import type {JSX} from 'preact';
import {Dialog} from '../ui/dialog.js';
import type {Gathering} from './gathering.js';
import {LimitsForm} from './limits-form.js';
import {RecordingSetting} from './recording-setting.js';

interface ModeratorDialogProps {
  readonly people: Gathering;
  readonly room: Room;
  readonly mayChooseCodec: boolean;
  readonly onClose: () => void;
}

interface Deed {
  readonly testId: string;
  readonly label: string;
  readonly danger?: boolean;
  readonly run: () => void;
}

/** What those who see to a call may do to it as a whole. */
export function ModeratorDialog({people, room, mayChooseCodec, onClose}: ModeratorDialogProps): JSX.Element {
  const {locked, lobby, limits} = people.settings.value;
  const deeds: readonly Deed[] = [
    {
      testId: 'mute-all',
      label: 'Mute all others',
      run: () => {
        people.mute('all');
      },
    },
    {
      testId: 'lower-hands',
      label: 'Lower all hands',
      run: () => {
        people.lowerHands('all');
      },
    },
    {
      testId: 'end-call',
      label: 'End the call for all',
      danger: true,
      run: () => {
        people.endForAll();
      },
    },
  ];
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
      {people.mayRecord && <RecordingSetting people={people} />}
      <details class="limits-fold">
        <summary data-testid="open-limits">Limits and codec</summary>
        <LimitsForm room={room} limits={limits} mayChooseCodec={mayChooseCodec} />
      </details>
      <div class="dialog__actions dialog__actions--wrap">
        {deeds.map(({testId, label, danger, run}) => (
          <button
            key={testId}
            type="button"
            class={danger ? 'button button--danger' : 'button'}
            data-testid={testId}
            onClick={() => {
              run();
              onClose();
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
