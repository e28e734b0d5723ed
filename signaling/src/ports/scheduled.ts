/** What is to be done later. */
export interface NewScheduled {
  /** No blanks. */
  readonly id: string;
  /** Milliseconds since the Unix epoch by the store's clock, or from its now on. What is past is due at once. */
  readonly when: {readonly at: number} | {readonly inMs: number};
  readonly text: string;
}

export interface ScheduledItem {
  readonly id: string;
  /** When it is due, in milliseconds since the Unix epoch by the store's clock. */
  readonly at: number;
  /** Its place: what is due earlier has the lesser one, and of two for the same moment the one that was put first. */
  readonly position: string;
  readonly text: string;
}

export type PutScheduledOutcome =
  | {readonly outcome: 'scheduled'; readonly at: number}
  /** It was done or called off within the last hour, and is not put again. */
  | {readonly outcome: 'over'; readonly at: number}
  | {readonly outcome: 'full'}
  /** Further ahead than things may be. */
  | {readonly outcome: 'too_far'};

export type ScheduledState =
  | {readonly state: 'waiting' | 'sending'; readonly item: ScheduledItem}
  /** For an hour; `note` is what was said of it at its end. */
  | {readonly state: 'over'; readonly at: number; readonly note: string}
  | {readonly state: 'unknown'};

export interface ScheduleBounds {
  readonly pushes: number;
  /** Of texts. */
  readonly bytes: number;
  readonly aheadMs: number;
}

export const defaultScheduleBounds: ScheduleBounds = {
  pushes: 100_000,
  bytes: 64 * 1_024 * 1_024,
  aheadMs: 28 * 24 * 3_600_000,
};

/** For how long it is known what became of something. */
export const scheduledKeptMs = 3_600_000;

/**
 * What is to be done later, once, by whoever holds a lease then.
 *
 * Guarantee: each call is atomic. What was put stays, whatever node dies, until `settle` or `cancel` ends it; nothing
 * that waits is lost to a bound. `take` gives each item once to the holder of each fence, and what one did not settle to the
 * next: so it may be done twice, unless it is done by its id. Whoever comes with an older fence than another before them is given nothing and settles nothing.
 * An item that was given to somebody cannot be called off any more. An id that waits or was over within the hour is not put
 * again.
 */
export interface Scheduled {
  put(item: NewScheduled): Promise<PutScheduledOutcome>;
  get(id: string): Promise<ScheduledState>;
  /** What waits or is being done, in order; `after` a position, or from the beginning. */
  list(page: {readonly after?: string; readonly limit: number}): Promise<readonly ScheduledItem[]>;
  /** Ends what waits, with this note; otherwise says what it is instead. */
  cancel(id: string, note: string): Promise<'cancelled' | 'sending' | 'over' | 'unknown'>;
  /** What is due and was not given to the holder of this fence, in order. */
  take(fence: number, limit: number): Promise<readonly ScheduledItem[]>;
  /** False, and nothing, if the item is in the hands of another by now. */
  settle(id: string, fence: number, note: string): Promise<boolean>;
  /** How many wait or are being done. */
  size(): Promise<number>;
}
