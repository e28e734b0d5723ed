import type {Clock, Revocation, Revocations, TokenFacts} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list} from './replies.js';

export interface RedisRevocationsOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
}

/** Keys per token that is asked about. */
const perToken = 3;

/** Revocations in Redis, one expiring key each, all in one slot, so that many tokens are asked about at once. */
export class RedisRevocations implements Revocations {
  readonly #options: RedisRevocationsOptions;

  constructor(options: RedisRevocationsOptions) {
    this.#options = options;
  }

  async revoke(revocation: Revocation): Promise<void> {
    const {line, keys, clock} = this.#options;
    const forMs = revocation.until - clock.now();
    if (forMs <= 0) return;
    const issuedBefore = revocation.kind === 'token' ? 0 : revocation.issuedBefore;
    await line.run('revoke', [keyOf(revocation, keys)], [issuedBefore, forMs]);
  }

  async areRevoked(tokens: readonly TokenFacts[]): Promise<readonly boolean[]> {
    if (tokens.length === 0) return [];
    const {line, keys} = this.#options;
    const names = tokens.flatMap(({tokenId, user}) => [
      // Without an id there is none to look for, but every token has its three places in the answer.
      tokenId === undefined ? keys.nothingRevoked : keys.revokedToken(tokenId),
      keys.revokedUser(user),
      keys.revokedAll,
    ]);
    const known = list(await line.call('MGET', ...names));
    return tokens.map(({issuedAt = -Infinity}, index) => {
      const [byId, ...moments] = known.slice(perToken * index, perToken * (index + 1));
      return byId !== null || moments.some((moment) => moment !== null && issuedAt < integer(moment));
    });
  }
}

function keyOf(revocation: Revocation, keys: Keys): string {
  switch (revocation.kind) {
    case 'token':
      return keys.revokedToken(revocation.tokenId);
    case 'user':
      return keys.revokedUser(revocation.user);
    case 'all':
      return keys.revokedAll;
  }
}
