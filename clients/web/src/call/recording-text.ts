import type {RecordingNews} from '@parley/client';

type Ended = Extract<RecordingNews, {state: 'off'}>['ended'];

/** Why a call is not recorded any more, in words. */
export function recordingEnded(ended: Ended): string {
  switch (ended?.reason) {
    case 'stopped':
      return ended.by === undefined ? 'It was stopped.' : `${ended.by.name} stopped it.`;
    case 'diskFull':
      return 'There is no room left where recordings are kept.';
    case 'tooLong':
      return 'It was as long as a recording may be.';
    case 'tooLarge':
      return 'It was as large as a recording may be.';
    case 'unavailable':
      return 'The call goes on at another server, which cannot record it.';
    case undefined:
      return 'It ended while you were away.';
  }
}
