export type ClaimOutcome =
  | {readonly state: 'claimed'}
  /** Another caller is at it. */
  | {readonly state: 'pending'}
  | {readonly state: 'settled'; readonly receipt: string};

/**
 * First answers, remembered by key in the whole cluster: so that what has no log to be idempotent in (a push to a user)
 * is done once all the same.
 *
 * Guarantee: each call is atomic. Of any number of claims of one key exactly one is `claimed`; the others are `pending`
 * until it is settled or released. A settled receipt is remembered for the store's `idempotencyMs`. A claim that is
 * neither settled nor released (its node died) lapses after 30 s, and only then may the deed be done twice.
 */
export interface Receipts {
  claim(key: string): Promise<ClaimOutcome>;
  /** Only the claimer may. */
  settle(key: string, receipt: string): Promise<void>;
  /** Gives the claim back: nothing was done. */
  release(key: string): Promise<void>;
}
