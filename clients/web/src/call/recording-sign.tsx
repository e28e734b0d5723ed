import type {JSX} from 'preact';
import type {Gathering} from './gathering.js';

/** Says all the time that the call is recorded, and by whom, to everybody in it. */
export function RecordingSign({people}: {people: Pick<Gathering, 'settings'>}): JSX.Element | null {
  const {recording} = people.settings.value;
  if (recording === undefined) return null;
  const since = new Date(recording.since).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
  return (
    <p class="recording-sign" role="status" data-testid="recording-sign">
      This call is being recorded
      {recording.by === undefined ? '' : ` by ${recording.by.name}`} since {since}.
    </p>
  );
}
