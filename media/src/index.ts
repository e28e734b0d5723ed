import {MediaEngine, type MediaEngineOptions} from './engine.js';

export type {MediaClock} from './clock.js';
export type {MediaEngine, MediaEngineOptions, Unavailable, WorkerStatus} from './engine.js';
export {MediaError, type MediaErrorCode} from './errors.js';
export type {PipedData, PipedTrack, PipePoint} from './host-pipes.js';
export type {MediaLogger} from './log.js';
export type {Carried, MediaObserver} from './observer.js';
export type {Recorder, RecorderOptions} from './recording/recorder.js';
export type {RecordingObserver} from './recording/recording-observer.js';
export type {RecordingStore} from './recording/recording-store.js';
export type {RoomEvent, RoomListener, TransportState} from './room-events.js';
export {fullForMs, type MediaRoom} from './room.js';
export type {Degree} from './strain.js';
export type {Tally} from './tally.js';

/** Starts the workers; resolves also when none could be started: `unavailable` then says why. */
export function createMediaEngine(options: MediaEngineOptions): Promise<MediaEngine> {
  return MediaEngine.create(options);
}
