import {createHash} from 'node:crypto';
import type {Clock, Identity} from '@parley/signaling';
import {SignJWT} from 'jose';
import type {AuthConfig} from '../config/config.js';

/** A token and what it says. */
export interface SignedToken {
  readonly token: string;
  readonly user: string;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Makes tokens that this node's verifier accepts: for development and tests. */
export class TokenSigner {
  readonly #secret: Uint8Array;
  readonly #config: AuthConfig;
  readonly #clock: Clock;

  constructor(secret: Uint8Array, config: AuthConfig, clock: Clock) {
    this.#secret = secret;
    this.#config = config;
    this.#clock = clock;
  }

  async sign({user, name}: Pick<Identity, 'user' | 'name'>, lifetimeMs: number): Promise<SignedToken> {
    const issuedAt = Math.floor(this.#clock.now() / 1_000);
    const expiresAt = issuedAt + Math.floor(lifetimeMs / 1_000);
    const [issuer] = this.#config.issuers;
    const [audience] = this.#config.audiences;
    const token = new SignJWT({
      name,
      ...(issuer !== undefined && {iss: issuer}),
      ...(audience !== undefined && {aud: audience}),
    })
      .setProtectedHeader({alg: this.#config.algorithms[0] ?? 'HS256', typ: 'JWT'})
      .setSubject(user)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    return {token: await token.sign(this.#secret), user, name, expiresAt: expiresAt * 1_000};
  }
}

/**
 * A user id made of a display name, so that the same name is the same person on every node: `Zoë Q.` is `zoe-q`. A
 * name without Latin letters or digits becomes a short hash.
 */
export function userNamed(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === '' ? `user-${createHash('sha256').update(name).digest('hex').slice(0, 12)}` : slug;
}
