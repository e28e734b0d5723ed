import {ParleyError, roomPattern} from '@parley/protocol';
import type {Clock} from '@parley/signaling';
import {jwtVerify, type JWTPayload, type JWTVerifyGetKey} from 'jose';
import {z} from 'zod';
import {failedCheck} from '../../auth/failed-check.js';
import type {Caller} from './caller.js';
import {verbPattern} from './stored-key.js';

export interface IssuedTokensOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceMs: number;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
}

const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
/** How long a backend should wait if the issuer's keys cannot be had. */
const keysRetryAfterMs = 5_000;

const claims = z.looseObject({
  sub: z.string().regex(/^[\w.:@/|-]{1,128}$/),
  /** As OAuth writes it: words with blanks between them. */
  scope: z
    .string()
    .transform((text) => text.split(' ').filter((word) => word !== ''))
    .pipe(z.array(verbPattern).min(1).max(100)),
  rooms: z.array(roomPattern).min(1).max(100).default(['*']),
});

/** The form of a signed token; no key of the file has it. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Tokens of an issuer that is trusted to say who may do what: signed by one of its keys, for this audience, and not expired.
 * `sub` names the principal, `scope` the verbs, `rooms` the rooms.
 */
export class IssuedTokens {
  readonly #options: IssuedTokensOptions;

  constructor(options: IssuedTokensOptions) {
    this.#options = options;
  }

  /**
   * Undefined if it is no token. Rejects with `bad_api_key`, whose message names the claim and no secret, or `unavailable` if the
   * issuer's keys cannot be had at the moment.
   */
  async identify(presented: string): Promise<Caller | undefined> {
    if (!form.test(presented)) return undefined;
    const payload = await this.#check(presented);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) {
      throw refused(`The claim "${String(parsed.error.issues[0]?.path[0])}" of the token is missing or malformed.`);
    }
    const {sub, scope, rooms} = parsed.data;
    const {requestsPerSecond} = this.#options;
    // Not to be taken for the name of a key.
    return {name: `sub:${sub}`, verbs: scope, rooms, requestsPerSecond};
  }

  async #check(token: string): Promise<JWTPayload> {
    const {keys, issuer, audience, clockToleranceMs, clock} = this.#options;
    try {
      const {payload} = await jwtVerify(token, keys, {
        algorithms,
        issuer,
        audience,
        clockTolerance: clockToleranceMs / 1_000,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (thrown) {
      const failed = failedCheck(thrown);
      switch (failed.kind) {
        case 'expired':
          throw refused('The token has expired.', thrown);
        case 'claim':
          throw refused(`The claim "${failed.claim}" of the token is missing or not accepted.`, thrown);
        case 'token':
          throw refused('The token is not one of the issuer’s.', thrown);
        case 'keys':
          throw new ParleyError('unavailable', {
            message: 'The keys that tokens are checked with cannot be had at the moment.',
            retryAfterMs: keysRetryAfterMs,
            cause: thrown,
          });
      }
    }
  }
}

const refused = (message: string, cause?: unknown): ParleyError => new ParleyError('bad_api_key', {message, cause});
