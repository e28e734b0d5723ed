import type {Target} from './link.js';
import type {Counts} from './tally.js';

/** From the parent to a generating process. */
export type Order =
  | {
      readonly kind: 'connect';
      readonly target: Target;
      readonly rooms: readonly {readonly room: string; readonly clients: number}[];
      readonly publishes: boolean;
      /** Names the users: with a number behind it if each client is to be another one. */
      readonly user: string;
      readonly usersApart: boolean;
      /** Whether they join by the order to do so. */
      readonly joinsLater: boolean;
    }
  | {readonly kind: 'join'}
  /** Publish so many messages per room, numbered from `first`. Receivers count from that number on, or nothing. */
  | {
      readonly kind: 'publish';
      readonly rate: number;
      readonly burst: number;
      readonly bytes: number;
      readonly first: number;
      readonly messages: number;
      readonly counted: boolean;
    }
  | {readonly kind: 'report'};

/** From a generating process to the parent. */
export type Report =
  | {readonly kind: 'ready'}
  | {readonly kind: 'connected'}
  | {readonly kind: 'joined'}
  | {readonly kind: 'progress'; readonly received: number; readonly lost: number}
  /** A receiving process knows from which number on it counts. */
  | {readonly kind: 'counting'}
  | {readonly kind: 'published'}
  | {readonly kind: 'tally'; readonly counts: Counts; readonly latency: string}
  | {readonly kind: 'failed'; readonly message: string};
