import type {LimitName} from '@parley/protocol';
import type {Logger} from '../observability/logger.js';
import type {Caller} from './access/caller.js';
import type {Gate} from './access/gate.js';

/** Whoever monitors what is asked for, whatever the door. */
export interface VerbObserver {
  limitReached(limit: LimitName): void;
  /** What became of an item of a batch: `ok`, or a code of the catalogue. */
  batchItem(code: string): void;
}

/** Somebody who was let in, for one request. */
export interface Visitor {
  readonly caller: Caller;
  /** Has the caller and the correlation id in each of its lines. */
  readonly log: Logger;
  /** What a request is counted by that holds several. */
  readonly gate: Pick<Gate, 'pace'>;
  readonly observer: VerbObserver;
}
