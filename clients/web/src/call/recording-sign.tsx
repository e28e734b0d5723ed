import type {JSX} from 'preact';
import type {Gathering} from './gathering.js';

/** Says all the time that the call is recorded, to everybody in it. */
export function RecordingSign({people}: {people: Pick<Gathering, 'settings'>}): JSX.Element | null {
  if (people.settings.value.recordedSince === undefined) return null;
  return (
    <p class="recording-sign" role="status" data-testid="recording-sign">
      This call is being recorded.
    </p>
  );
}
