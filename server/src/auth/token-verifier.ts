import {displayName, grantsClaim, ParleyError, userId} from '@parley/protocol';
import type {Clock, Identity} from '@parley/signaling';
import {jwtVerify, type JWTPayload, type JWTVerifyOptions} from 'jose';
import type {AuthConfig} from '../config/config.js';
import {failedCheck} from './failed-check.js';
import type {KeySource} from './key-source.js';
import {grantsOf} from './token-grants.js';

/** Says who a token's bearer is. */
export interface TokenVerifier {
  /**
   * Rejects with `bad_token` or `token_expired`, whose messages name the claim and no secret, or with `unavailable` if
   * the issuer's keys cannot be had at the moment: the token may be good, so that the client should come back.
   */
  verify(token: string): Promise<Identity>;
}

/** As much as can be revoked by id. */
const maxTokenIdCharacters = 256;
/** How long a client should wait if the issuer's keys cannot be had. */
const keysRetryAfterMs = 5_000;

export function createTokenVerifier(config: AuthConfig, source: KeySource, clock: Clock): TokenVerifier {
  const algorithms = config.algorithms.length > 0 ? config.algorithms : source.algorithms;
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    clockTolerance: config.clockToleranceMs / 1_000,
    ...(config.issuers.length > 0 && {issuer: [...config.issuers]}),
    ...(config.audiences.length > 0 && {audience: [...config.audiences]}),
  };
  // jose has one overload for keys and one for functions that find them, and none for either.
  const {key} = source;
  const check = async (token: string, now: Date): Promise<JWTPayload> => {
    const at = {...options, currentDate: now};
    const {payload} = typeof key === 'function' ? await jwtVerify(token, key, at) : await jwtVerify(token, key, at);
    return payload;
  };
  return {
    async verify(token) {
      try {
        return identityOf(await check(token, new Date(clock.now())));
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
}

function identityOf(payload: JWTPayload): Identity {
  const user = userId.safeParse(payload.sub);
  if (!user.success)
    throw new ParleyError('bad_token', {message: 'The claim "sub" must be a user id.', field: 'token'});
  const name = payload['name'] === undefined ? undefined : displayName.safeParse(payload['name']);
  if (name?.success === false) {
    throw new ParleyError('bad_token', {message: 'The claim "name" must be a display name.', field: 'token'});
  }
  const {jti} = payload;
  if (jti !== undefined && (typeof jti !== 'string' || jti === '' || jti.length > maxTokenIdCharacters)) {
    throw new ParleyError('bad_token', {
      message: `The claim "jti" must be a text of 1 to ${maxTokenIdCharacters} characters.`,
      field: 'token',
    });
  }
  const grants = grantsOf(payload[grantsClaim]);
  return {
    user: user.data,
    name: name?.data ?? user.data.slice(0, 64),
    ...(payload.exp !== undefined && {expiresAt: milliseconds(payload.exp)}),
    ...(payload.iat !== undefined && {issuedAt: milliseconds(payload.iat)}),
    ...(jti !== undefined && {tokenId: jti}),
    ...(grants !== undefined && {grants}),
  };
}

/** The last moment that a Date knows: a claim may name a later one. */
const endOfTime = 8.64e15;

const milliseconds = (seconds: number): number => Math.min(endOfTime, Math.max(0, Math.floor(seconds * 1_000)));

function refusal(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  const failed = failedCheck(thrown);
  switch (failed.kind) {
    case 'expired':
      return new ParleyError('token_expired', {field: 'token', cause: thrown});
    case 'claim': {
      const message = `The claim "${failed.claim}" is missing or not accepted.`;
      return new ParleyError('bad_token', {message, field: 'token', cause: thrown});
    }
    case 'token':
      return new ParleyError('bad_token', {field: 'token', cause: thrown});
    case 'keys': {
      const message = 'The keys that tokens are checked with cannot be had at the moment.';
      return new ParleyError('unavailable', {message, retryAfterMs: keysRetryAfterMs, cause: thrown});
    }
  }
}
