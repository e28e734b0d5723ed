import type {call as wire} from '@parley/protocol';
import type {Allowance} from './allowance.js';
import type {Entry} from './entry.js';
import type {Recording} from './recording.js';

interface Standing {
  readonly entry: Pick<Entry, 'locked' | 'lobby'>;
  readonly allowance: Pick<Allowance, 'limits'>;
  readonly recording: Pick<Recording, 'current' | 'ended' | 'recordable'>;
}

/** What `call.settings` says, and the answers to who joins. */
export function standingOf({entry, allowance, recording}: Standing): {
  locked: boolean;
  lobby: boolean;
  limits: wire.CallLimits;
  recording?: wire.Recording;
  recordingEnded?: wire.RecordingEnd;
  recordable: wire.Recordable;
} {
  const {locked, lobby} = entry;
  const {current, ended, recordable} = recording;
  const how = current ? {recording: current} : ended && {recordingEnded: ended};
  return {locked, lobby, limits: allowance.limits, recordable, ...how};
}
