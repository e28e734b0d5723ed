import type {UserId} from '@parley/protocol';

/** What a token says of itself, as far as it can be revoked by it. */
export interface TokenFacts {
  readonly user: UserId;
  /** Milliseconds since the Unix epoch; a token that does not say it counts as issued before any moment. */
  readonly issuedAt?: number;
  readonly tokenId?: string;
}

/** Which tokens are no longer good. All times are in milliseconds since the Unix epoch. */
export type Revocation =
  | {readonly kind: 'token'; readonly tokenId: string; readonly until: number}
  | {readonly kind: 'user'; readonly user: UserId; readonly issuedBefore: number; readonly until: number}
  | {readonly kind: 'all'; readonly issuedBefore: number; readonly until: number};

/**
 * Tokens that were revoked, remembered until they would have expired.
 *
 * Guarantee: once `revoke` has resolved, `areRevoked` says so on every node until `until`. Of two revocations that
 * concern the same user, or all, the later `issuedBefore` and the later `until` hold: too much is remembered rather than
 * too little. A store that comes back older or empty is given back what any node knows of, before that node asks it for
 * anything: what the node revoked, noted, or found when it joined. Only if none of them lives on is it forgotten.
 */
export interface Revocations {
  /** Replaces nothing: what was revoked before stays so. Rejects if it is not known to be remembered. */
  revoke(revocation: Revocation): Promise<void>;
  /** One answer per token, in their order; one round trip. */
  areRevoked(tokens: readonly TokenFacts[]): Promise<readonly boolean[]>;
  /** Another node revoked it. Of those that are noted at least the last 10,000 are known. */
  note(revocation: Revocation): void;
  /** The store had lost something that this node gave back: meanwhile it may have been relied upon. */
  onRestored(listener: () => void): void;
}
