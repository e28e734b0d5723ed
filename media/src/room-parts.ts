import type {MediaClock} from './clock.js';
import type {MediaLogger} from './log.js';
import type {PipeAddress} from './pipe-address.js';
import type {Ground} from './sections.js';

/** What a room is made with. */
export interface RoomParts {
  readonly ground: Ground;
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  /** Where pipes to other hosts end; undefined: there are none. */
  readonly pipesAt?: PipeAddress | undefined;
}
