/** A running timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Time, as everything inside sees it.
 *
 * Guarantee: `now` never goes back within a process; callbacks run in the order of their due times, not before `now` has
 * reached them, and never inside the call that set them; a cancelled or disposed timer never fires, and none keeps the process alive. Tests turn the
 * clock by hand, so whoever reads another clock makes its tests wait.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  after(delayMs: number, callback: () => void): Timer;
  every(intervalMs: number, callback: () => void): Timer;
}

/** Unguessable and merely unique ids. */
export interface Ids {
  /** Unique, URL-safe, 21 characters; not a secret. */
  id(): string;
  /** 256 bits from a cryptographic source, URL-safe. */
  secret(): string;
}
