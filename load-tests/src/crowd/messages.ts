import type {Accepted} from './journal.js';
import type {Phase} from './notes.js';

/** From the parent to a process of the crowd. */
export type CrowdOrder =
  /** So many clients, the first of them on the node `home`, the next on the next one; each a user of `users`. */
  | {
      readonly kind: 'enter';
      readonly urls: readonly string[];
      readonly secret: string;
      readonly room: string;
      readonly clients: number;
      readonly users: number;
      /** Names the users and differs between processes. */
      readonly prefix: string;
    }
  /** The first clients write in turns, so many messages or until `stopWriting`, numbered from 1. */
  | {readonly kind: 'write'; readonly writers: number; readonly perSecond: number; readonly messages?: number}
  | {readonly kind: 'stopWriting'}
  /** Every connection is cut from now on, each about every so often, and comes back elsewhere after so long. */
  | {readonly kind: 'cut'; readonly everyMs: number; readonly awayMs: number; readonly seed: number}
  | {readonly kind: 'stopCutting'}
  | {readonly kind: 'phase'; readonly phase: Phase}
  /** Report when every client is live and has all of these, or after so long. */
  | {readonly kind: 'settle'; readonly accepted: readonly Accepted[]; readonly withinMs: number};

/** What the clients of one process saw, after everything. */
export interface Witness {
  readonly clients: number;
  readonly received: number;
  readonly doubled: number;
  readonly skipped: number;
  /** Of what was accepted, deliveries missing at clients that were not told of a hole; and at those that were. */
  readonly lost: number;
  readonly missingAndTold: number;
  readonly told: number;
  /** Clients that have everything and saw it in another order than that of the acknowledgements. */
  readonly disordered: number;
  readonly notBack: number;
  readonly anew: number;
  readonly sentAway: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Histograms in milliseconds, encoded. */
  readonly back: string;
  readonly gone: string;
  readonly late: string;
  readonly latency: Readonly<Record<Phase, string>>;
  readonly taken: readonly (readonly [string, number])[];
  readonly announced: readonly (readonly [number, number])[];
}

/** From a process of the crowd to the parent. */
export type CrowdReport =
  | {readonly kind: 'ready'}
  | {readonly kind: 'entered'}
  | {readonly kind: 'progress'; readonly live: number; readonly received: number; readonly unanswered: number}
  /** Everything is accepted, or refused for good. */
  | {readonly kind: 'written'; readonly accepted: readonly Accepted[]; readonly refused: readonly string[]}
  | {readonly kind: 'settled'; readonly witness: Witness}
  | {readonly kind: 'failed'; readonly message: string};
