import {createPublicKey, randomBytes, type JsonWebKey, type KeyObject} from 'node:crypto';
import {readFileSync} from 'node:fs';
import type {JWTVerifyGetKey} from 'jose';
import {ConfigError} from '../config/config-error.js';
import type {TokenKey} from '../config/config.js';
import {remoteKeys} from './remote-keys.js';

/** The key, or where to get it, and the algorithms that fit it. */
export interface KeySource {
  readonly key: Uint8Array | KeyObject | JWTVerifyGetKey;
  /** Allowed if the settings name none. */
  readonly algorithms: readonly string[];
  /** What tokens can be made with; undefined if the node can only check them. */
  readonly signingSecret: Uint8Array | undefined;
}

/** @throws {ConfigError} if the public key cannot be read. */
export function keySource(key: TokenKey): KeySource {
  switch (key.kind) {
    case 'random':
      return secretSource(randomBytes(32));
    case 'secret':
      return secretSource(new TextEncoder().encode(key.secret));
    case 'publicKey':
      return publicKeySource(key.publicKey);
    case 'jwks':
      return {
        key: remoteKeys(key.url),
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        signingSecret: undefined,
      };
  }
}

const secretSource = (secret: Uint8Array): KeySource => ({key: secret, algorithms: ['HS256'], signingSecret: secret});

function publicKeySource(given: string): KeySource {
  const key = readPublicKey(given);
  const algorithms = algorithmsOf(key);
  if (algorithms === undefined) {
    throw new ConfigError([
      `PARLEY_AUTH_PUBLIC_KEY is a key of type ${key.asymmetricKeyType ?? 'unknown'}; take RSA (2048 bits or more), EC (P-256, P-384 or P-521) or Ed25519.`,
    ]);
  }
  return {key, algorithms, signingSecret: undefined};
}

function readPublicKey(given: string): KeyObject {
  try {
    const text = /^\s*(-----BEGIN|\{)/.test(given) ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8');
    return text.trimStart().startsWith('{')
      ? createPublicKey({key: JSON.parse(text) as JsonWebKey, format: 'jwk'})
      : createPublicKey(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([
      `PARLEY_AUTH_PUBLIC_KEY must be a public key in PEM or JWK, or the path of a file with one (${reason}).`,
    ]);
  }
}

function algorithmsOf(key: KeyObject): readonly string[] | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048
        ? ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
        : undefined;
    case 'ec':
      return curveAlgorithms[key.asymmetricKeyDetails?.namedCurve ?? ''];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    default:
      return undefined;
  }
}

const curveAlgorithms: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};
