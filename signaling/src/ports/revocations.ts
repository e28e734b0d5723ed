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
 * too little. It is as lasting as the store: one that comes back older or empty has forgotten what was revoked since.
 */
export interface Revocations {
  /** Replaces nothing: what was revoked before stays so. Rejects if it is not known to be remembered. */
  revoke(revocation: Revocation): Promise<void>;
  /** One answer per token, in their order; one round trip. */
  areRevoked(tokens: readonly TokenFacts[]): Promise<readonly boolean[]>;
}
