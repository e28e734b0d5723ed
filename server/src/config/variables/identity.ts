import {address, durationMs, flag, list, text} from '../values.js';
import {variable} from '../variable.js';

/** Signature algorithms that may be allowed: no `none`, and nothing that encrypts to the key it checks with. */
export const secretAlgorithms = ['HS256', 'HS384', 'HS512'] as const;
export const publicKeyAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
const known: readonly string[] = [...secretAlgorithms, ...publicKeyAlgorithms];

export const identityVariables = {
  PARLEY_AUTH_SECRET: variable({
    group: 'identity',
    schema: text.refine((secret) => Buffer.byteLength(secret) >= 32, {message: 'must have at least 32 bytes'}),
    doc: 'Shared secret that tokens are signed with (HS256, HS384 or HS512); at least 32 bytes. Without any `PARLEY_AUTH_…` key a node on a loopback address makes a random one that is kept until it ends; elsewhere it refuses to start.',
    secret: true,
  }),
  PARLEY_AUTH_PUBLIC_KEY: variable({
    group: 'identity',
    schema: text,
    doc: 'Public key that tokens are checked with: PEM or JWK, as such (`\\n` stands for a line break) or the path of a file.',
  }),
  PARLEY_AUTH_JWKS_URL: variable({
    group: 'identity',
    schema: address('https:', 'http:'),
    doc: 'Address of a JSON Web Key Set; keys are fetched again when a token names an unknown one, so that they may rotate. `http:` only for loopback addresses.',
  }),
  PARLEY_AUTH_ISSUER: variable({
    group: 'identity',
    schema: list,
    default: '',
    doc: 'Accepted `iss` of a token, comma-separated; any if empty.',
  }),
  PARLEY_AUTH_AUDIENCE: variable({
    group: 'identity',
    schema: list,
    default: '',
    doc: 'Accepted `aud` of a token, comma-separated; any if empty.',
  }),
  PARLEY_AUTH_ALGORITHMS: variable({
    group: 'identity',
    schema: list.refine((algorithms) => algorithms.every((algorithm) => known.includes(algorithm)), {
      message: `must be a comma-separated list of ${known.join(', ')}`,
    }),
    default: '',
    doc: 'Allowed signature algorithms, comma-separated. If empty: HS256 with a secret, those that fit the key with a public key, RS256, PS256, ES256 and EdDSA with a JWKS address.',
  }),
  PARLEY_AUTH_CLOCK_TOLERANCE: variable({
    group: 'identity',
    schema: durationMs('0s', '10m'),
    default: '5s',
    doc: 'By how much the issuer’s clock may differ from ours when `exp` and `nbf` are checked, and for how long a connected client outlives its token.',
  }),
  PARLEY_AUTH_EXPIRY_WARNING: variable({
    group: 'identity',
    schema: durationMs('1s', '1h'),
    default: '60s',
    doc: 'How long before its token expires a connected client is told to refresh it; a third of the token’s life if that is less.',
  }),
  PARLEY_AUTH_MAX_TOKEN_LIFE: variable({
    group: 'identity',
    schema: durationMs('1m', '3650d'),
    default: '30d',
    doc: 'The longest life of a token that the issuer gives out: for so long a revocation without `until` is remembered. A token that lives longer, or has no `exp`, is good again after that.',
  }),
  PARLEY_DEV_TOKENS: variable({
    group: 'identity',
    schema: flag,
    doc: 'Whether `POST /dev/token` gives a token to whoever asks: for development only. If not set: while the node listens on a loopback address, has a secret to sign with, and neither `PARLEY_ORIGINS` nor `PARLEY_TRUSTED_PROXIES` says that others reach it through a proxy.',
  }),
} as const;
