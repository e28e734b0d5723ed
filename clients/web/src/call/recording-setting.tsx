import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import type {Gathering} from './gathering.js';

/** Begins and ends the recording of a call, and says beforehand what comes of it. */
export function RecordingSetting({people}: {people: Gathering}): JSX.Element {
  const {recording, recordable} = people.settings.value;
  const mixed = useSignal(false);
  const off = recording === undefined;
  const impossible = off && recordable === 'no';
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          data-testid="set-recorded"
          checked={!off}
          disabled={impossible}
          onChange={({currentTarget}) => {
            people.setRecorded(currentTarget.checked, mixed.value);
          }}
        />
        <span>
          {impossible
            ? 'Record the call: this server is not set up for it'
            : 'Record the call: everybody in it is told'}
        </span>
      </label>
      {off && recordable === 'mixed' && (
        <label class="check">
          <input
            type="checkbox"
            data-testid="set-mixed"
            checked={mixed.value}
            onChange={({currentTarget}) => {
              mixed.value = currentTarget.checked;
            }}
          />
          <span>Besides a file of each track, make one of all together when it ends</span>
        </label>
      )}
    </>
  );
}
