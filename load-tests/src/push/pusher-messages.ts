import type {DoorAddresses, DoorName} from './push-door.js';

/** What a pushing process is told. */
export interface PusherOrder {
  readonly door: DoorName;
  readonly addresses: DoorAddresses;
  readonly users: number;
  readonly seconds: number;
  /** Pushes per second; undefined for as many as it takes. */
  readonly rate: number | undefined;
}

/** What it says when it is done. */
export type PusherReport =
  {readonly kind: 'pushed'; readonly pushed: number} | {readonly kind: 'failed'; readonly message: string};
