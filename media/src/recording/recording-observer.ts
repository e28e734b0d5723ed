import type {RecordingEnd} from './recording-list.js';

/** Monitoring of recordings: told what happened, never asked. It must not throw. */
export interface RecordingObserver {
  /** So many calls are recorded now, with so many tracks. */
  recording(calls: number, tracks: number): void;
  ended(how: RecordingEnd): void;
  /** Of a track nothing, or nothing more, is recorded. */
  trackMissed(): void;
  mixed(result: 'made' | 'failed'): void;
  stored(result: 'kept' | 'failed'): void;
  /** So many parts are to be mixed or stored yet. */
  unfinished(parts: number): void;
}
