import {ParleyError} from '@parley/protocol';
import type {Identity, TokenRules} from '../hub.js';
import type {Clock} from '../ports.js';

/** A token that says in plain text who its bearer is. */
export const readableToken = (identity: Identity): string => JSON.stringify(identity);

/** Takes every {@link readableToken} that has not expired: a minute's warning, five seconds of tolerance. */
export function readableTokens(clock: Clock): TokenRules {
  const toleranceMs = 5_000;
  return {
    warningMs: 60_000,
    toleranceMs,
    // Short enough that a test can let it pass, second by second.
    longestLifeMs: 20 * 60_000,
    verify: async (token) => {
      const identity = await read(token);
      const {expiresAt = Infinity} = identity;
      if (expiresAt + toleranceMs <= clock.now()) throw new ParleyError('token_expired', {field: 'token'});
      return identity;
    },
  };
}

function read(token: string): Promise<Identity> {
  return Promise.resolve()
    .then(() => JSON.parse(token) as Identity)
    .catch(() => {
      throw new ParleyError('bad_token', {field: 'token'});
    });
}
