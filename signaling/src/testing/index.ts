export {HandClock, settled} from './hand-clock.js';
export {RecordingBroadcaster, RecordingConnection, type Frame} from './recording-connection.js';
export {SequentialIds} from './sequential-ids.js';
export {storeOptions} from './store-options.js';
