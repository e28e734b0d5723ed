import {errors} from 'jose';

/** Why a token was not found good: its time is over, a claim is not accepted, it is none of the issuer's; or there is no telling. */
export type FailedCheck =
  {readonly kind: 'expired' | 'token' | 'keys'} | {readonly kind: 'claim'; readonly claim: string};

/** What jose threw, in the words of who decides what is told. */
export function failedCheck(thrown: unknown): FailedCheck {
  if (thrown instanceof errors.JWTExpired) return {kind: 'expired'};
  if (thrown instanceof errors.JWTClaimValidationFailed) return {kind: 'claim', claim: thrown.claim};
  return isAboutTheToken(thrown) ? {kind: 'token'} : {kind: 'keys'};
}

/** Whatever else is thrown comes from fetching the issuer's keys: the network, its time limit, or an unusable answer. */
const isAboutTheToken = (thrown: unknown): boolean =>
  thrown instanceof errors.JWTInvalid ||
  thrown instanceof errors.JWSInvalid ||
  thrown instanceof errors.JWSSignatureVerificationFailed ||
  thrown instanceof errors.JOSEAlgNotAllowed ||
  thrown instanceof errors.JOSENotSupported ||
  thrown instanceof errors.JWKSNoMatchingKey ||
  thrown instanceof errors.JWKSMultipleMatchingKeys;
