import type {Position, UserId} from '@parley/protocol';

/** A push to be kept for the devices of a user. */
export interface NewInboxPush {
  readonly id: string;
  /** What the client is told besides its place and its times, as JSON. */
  readonly json: string;
  readonly ttlMs: number;
  /** Takes the place of an older one of this key. */
  readonly collapseKey?: string;
}

export interface InboxEntry {
  readonly id: string;
  readonly offset: number;
  /** Milliseconds since the Unix epoch, by the store's clock. */
  readonly at: number;
  readonly expiresAt: number;
  readonly json: string;
}

export type KeptPush = Pick<InboxEntry, 'id' | 'expiresAt'>;

export type PutOutcome =
  | {
      readonly ok: true;
      readonly epoch: string;
      readonly entry: InboxEntry;
      /** It was kept already. */
      readonly repeated: boolean;
      /** Older ones of its collapse key that no device had acknowledged, and none will get any more. */
      readonly superseded: readonly KeptPush[];
    }
  | {readonly ok: false; readonly reason: 'full'};

export interface InboxPage {
  /** Empty if nothing is kept. */
  readonly epoch: string;
  /** Offset of the newest push ever put since the epoch began; 0 if none. */
  readonly head: number;
  /** Ascending; with holes where pushes have expired, were superseded, or are no longer needed. */
  readonly entries: readonly InboxEntry[];
}

/** A push that a device acknowledged for the first time. */
export interface Acknowledged extends KeptPush {
  /** No other device of the user had acknowledged it before. */
  readonly first: boolean;
}

/** So many users more, or fewer, wait for what is over at that time. */
export interface WaitingChange {
  readonly until: number;
  readonly users: number;
}

/** Of all users; a push that is kept for two counts twice. */
export interface InboxCounts {
  readonly waiting: number;
  /** Of which it was known by this call that they have waited in vain. */
  readonly expired: number;
}

/** Times that are over and are counted by one call; the next one counts more. */
export const endsAtOnce = 1_000;

/** Of each user. */
export interface InboxBounds {
  readonly pushes: number;
  /** Of JSON, with some 60 bytes for each push. */
  readonly bytes: number;
  /** Devices that are remembered; the one seen longest ago is forgotten first. */
  readonly devices: number;
}

export const defaultInboxBounds: InboxBounds = {pushes: 100, bytes: 256 * 1_024, devices: 16};

/** For how long a device is remembered that does not come back. */
export const deviceKeptMs = 30 * 24 * 3_600_000;

/**
 * Pushes that are kept for users until each of their devices has had them, or they expire.
 *
 * Guarantee: each call is atomic. If `put` resolves with `ok`, the push has the next offset of its user, and every `read`
 * from then on by a device that has not acknowledged it contains it, in the order of offsets, until it expires by the
 * store's clock, is superseded by one of its collapse key, or all devices that are known have acknowledged it. A push
 * that is put again with its id while it is kept is there once. A device is known from its first `read` on; to one that
 * reads for the first time everything is new that is still kept.
 *
 * Bounded by number and bytes: for a new push the oldest give way that at least one device has acknowledged. If only
 * such remain as nobody has, it is refused: what nobody has got is never dropped for something else.
 *
 * The epoch changes when everything that was kept has expired, or the store has lost it.
 */
export interface Inboxes {
  put(user: UserId, push: NewInboxPush): Promise<PutOutcome>;
  /** What follows `after` if it is of this epoch, else what the device has not acknowledged. */
  read(user: UserId, device: string, after?: Position): Promise<InboxPage>;
  /** The device has everything up to this position. Of no effect with another epoch, or if it had it already. */
  acknowledge(user: UserId, device: string, upTo: Position): Promise<readonly Acknowledged[]>;
  /**
   * Adds to how many wait, of which the inboxes know nothing by themselves, and takes away what is over by the store's clock: of
   * each that waited in vain one call is told. Changes of one time may come in any order. What this takes grows with the
   * number of different times alone.
   */
  count(changes: readonly WaitingChange[]): Promise<InboxCounts>;
}
