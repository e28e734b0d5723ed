import type {Clock} from '@parley/signaling';
import type {JWTVerifyGetKey} from 'jose';
import {keySetFile} from '../../auth/key-set-file.js';
import {remoteKeys} from '../../auth/remote-keys.js';
import type {RedisApiKeys} from '../../cluster/redis-api-keys.js';
import {ConfigError} from '../../config/config-error.js';
import type {OperationsConfig} from '../../config/config.js';
import type {Logger} from '../../observability/logger.js';
import type {Caller} from './caller.js';
import {ConfiguredKeys} from './configured-keys.js';
import {FileKeys} from './file-keys.js';
import type {KeyRing} from './gate.js';
import {IssuedTokens} from './issued-tokens.js';
import {KeyFileError, readUseFile, writeUseFile} from './key-file.js';
import {KeyUses} from './key-uses.js';
import {SharedKeys} from './shared-keys.js';

export interface KeyRingParts {
  readonly redisKeys: RedisApiKeys | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keys that `parley keys` makes, from the one place where they are. */
interface MadeKeys {
  identify(presented: string): Caller | undefined;
  /** Resolves when what was noted of their uses is written. */
  close(): Promise<void>;
}

/**
 * Keys of the configuration, those of the file or of Redis, and tokens.
 *
 * @throws {ConfigError} if the file or Redis cannot be read
 */
export async function openKeyRing(
  operations: OperationsConfig,
  parts: KeyRingParts,
): Promise<KeyRing & {close(): Promise<void>}> {
  const {apiKeys, apiTokens, requestsPerSecond} = operations;
  const {clock} = parts;
  const configured = new ConfiguredKeys(apiKeys, requestsPerSecond);
  const tokens =
    apiTokens && new IssuedTokens({...apiTokens, keys: issuerKeys(apiTokens.keys, parts), requestsPerSecond, clock});
  const made = await madeKeys(operations, parts);
  return {
    identify: async (presented) =>
      configured.identify(presented) ?? made?.identify(presented) ?? (await tokens?.identify(presented)),
    close: async () => made?.close(),
  };
}

async function madeKeys(
  {apiKeysFile: file, apiKeysInRedis, requestsPerSecond}: OperationsConfig,
  {redisKeys, clock, log}: KeyRingParts,
): Promise<MadeKeys | undefined> {
  if (apiKeysInRedis && redisKeys !== undefined) {
    const uses = new KeyUses({clock, log, write: (noted) => redisKeys.noteUses(noted)});
    try {
      const shared = await SharedKeys.open({source: redisKeys, requestsPerSecond, uses, clock, log});
      return {
        identify: (presented) => shared.identify(presented),
        close: () => {
          shared.close();
          return uses.settled();
        },
      };
    } catch (cause) {
      throw new ConfigError([`The API keys in Redis cannot be read: ${String(cause)}.`]);
    }
  }
  if (file === undefined) return undefined;
  const write = (noted: ReadonlyMap<string, number>): Promise<void> | void => {
    if (redisKeys !== undefined) return redisKeys.noteUses(noted);
    writeUseFile(file, new Map([...readUseFile(file), ...noted]));
  };
  const uses = new KeyUses({clock, log, write});
  try {
    const filed = new FileKeys({file, requestsPerSecond, uses, clock, log});
    return {identify: (presented) => filed.identify(presented), close: () => uses.settled()};
  } catch (failure) {
    if (!(failure instanceof KeyFileError)) throw failure;
    throw new ConfigError([`PARLEY_API_KEYS_FILE: ${failure.message}; "parley keys create" makes one.`]);
  }
}

/** Keys of an issuer, by address or in a file. */
function issuerKeys(place: string, {clock, log}: Pick<KeyRingParts, 'clock' | 'log'>): JWTVerifyGetKey {
  if (/^https?:\/\//.test(place)) return remoteKeys(place);
  return keySetFile({file: place, variable: 'PARLEY_API_JWT_KEYS', clock, log});
}
