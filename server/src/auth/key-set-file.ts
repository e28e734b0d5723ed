import {readFileSync} from 'node:fs';
import type {Clock} from '@parley/signaling';
import {createLocalJWKSet, type JWTVerifyGetKey} from 'jose';
import {z} from 'zod';
import {stampOf} from '../api/access/key-file.js';
import {ConfigError} from '../config/config-error.js';
import type {Logger} from '../observability/logger.js';

export interface KeySetFileOptions {
  readonly file: string;
  /** Names it to whoever starts the node. */
  readonly variable: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** After so long at most a change of the file holds. */
const lookEveryMs = 1_000;

const keySet = z.looseObject({keys: z.array(z.looseObject({kty: z.string()})).min(1)});

/**
 * Public keys of a file, a JSON Web Key Set, which may change while the node runs. It is looked at when a token is checked, at
 * most once a second. While it cannot be read, the keys that it had hold, and the log says so.
 *
 * @throws {ConfigError} if it cannot be read at first
 */
export function keySetFile({file, variable, clock, log}: KeySetFileOptions): JWTVerifyGetKey {
  let stamp = stampOf(file);
  let lookedAt = clock.now();
  let keys: JWTVerifyGetKey;
  try {
    keys = read(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([`${variable} must be the address or the file of a JSON Web Key Set (${reason}).`]);
  }
  return (header, token) => {
    const now = clock.now();
    const latest = now - lookedAt < lookEveryMs ? stamp : stampOf(file);
    if (latest !== stamp) {
      stamp = latest;
      try {
        keys = read(file);
        log.info({file}, 'read the keys of the API’s issuer anew');
      } catch (err) {
        log.error(
          {err, file},
          'the keys of the API’s issuer cannot be read anew; those that were read before still hold',
        );
      }
    }
    if (now - lookedAt >= lookEveryMs) lookedAt = now;
    return keys(header, token);
  };
}

const read = (file: string): JWTVerifyGetKey => createLocalJWKSet(keySet.parse(JSON.parse(readFileSync(file, 'utf8'))));
