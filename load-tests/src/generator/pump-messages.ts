import type {Target} from './link.js';
import type {Counts} from './tally.js';

/** From the parent to a pumping process. */
export type PumpOrder =
  /** One publisher per room on the first node, and one receiver on the second. */
  | {readonly kind: 'connect'; readonly nodes: readonly [Target, Target]; readonly rooms: number}
  /** Publish for so long, with so many messages of each room on their way at a time. */
  | {
      readonly kind: 'pump';
      readonly window: number;
      readonly bytes: number;
      readonly ms: number;
      readonly acknowledged: boolean;
    };

/** What became of what was pumped. */
export interface Pumped {
  readonly sent: number;
  readonly counts: Counts;
  /** Positive answers. */
  readonly accepted: number;
  readonly refused: number;
  /** From the first message sent to the last one received. */
  readonly ms: number;
  readonly latency: string;
}

/** From a pumping process to its parent. */
export type PumpReport =
  | {readonly kind: 'ready'}
  | {readonly kind: 'connected'}
  | {readonly kind: 'progress'; readonly received: number}
  | {readonly kind: 'pumped'; readonly pumped: Pumped}
  | {readonly kind: 'failed'; readonly message: string};
