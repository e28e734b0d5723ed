import type {Clock} from '@parley/signaling';
import type {KeyRing} from './api/access/gate.js';
import {openKeyRing} from './api/access/open-key-ring.js';
import {RedisApiKeys} from './cluster/redis-api-keys.js';
import {createClock} from './clock.js';
import {fileShelf} from './commands/file-shelf.js';
import type {KeyShelf} from './commands/key-shelf.js';
import {RedisShelf} from './commands/redis-shelf.js';
import {ConfigError} from './config/config-error.js';
import type {Config} from './config/config.js';
import {apiKeyContradictions} from './config/api-keys-config.js';
import {readSettings, type Environment} from './config/read-settings.js';
import {redisConfig, redisContradictions, type RedisConfig} from './config/redis-config.js';
import type {Logger} from './observability/logger.js';
import {readRedisTarget} from './read-redis-target.js';

export interface KeysSurroundings {
  readonly node: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The keys of a node's backends, wherever they are.
 *
 * @throws {ConfigError} if their file or Redis cannot be used
 */
export async function openKeys(
  {store, operations}: Config,
  {node, clock, log}: KeysSurroundings,
): Promise<KeyRing & AsyncDisposable> {
  const {redis, redisPrefix: prefix} = store;
  const {apiKeysFile, apiKeysInRedis} = operations;
  // Of keys in a file it has when they were last used, on any node.
  const needed = apiKeysFile !== undefined || apiKeysInRedis;
  const redisKeys = redis && needed ? await open(redis, {prefix, name: `parley ${node} (API keys)`, clock}) : undefined;
  try {
    const ring = await openKeyRing(operations, {redisKeys, clock, log});
    return {
      identify: (presented) => ring.identify(presented),
      [Symbol.asyncDispose]: async () => {
        await ring.close();
        redisKeys?.close();
      },
    };
  } catch (failure) {
    redisKeys?.close();
    throw failure;
  }
}

/**
 * Where `parley keys` keeps keys by these settings: where the nodes that have the same settings look for them.
 *
 * @throws {ConfigError} if that is nowhere, or Redis cannot be used
 */
export async function openKeyShelf(environment: Environment): Promise<KeyShelf> {
  const settings = readSettings(environment);
  const {PARLEY_API_KEYS_IN_REDIS: inRedis, PARLEY_API_KEYS_FILE: file, PARLEY_REDIS_PREFIX: prefix} = settings;
  const problems = [...apiKeyContradictions(settings), ...redisContradictions(settings)];
  if (problems.length > 0) throw new ConfigError(problems);
  const redis = redisConfig(settings);
  const openRedis = redis && (() => open(redis, {prefix, name: 'parley keys', clock: createClock()}));
  if (file !== undefined) return fileShelf(file, openRedis);
  if (inRedis && openRedis !== undefined) return new RedisShelf(await openRedis());
  throw new ConfigError([
    'Set PARLEY_API_KEYS_FILE to the file that the keys are kept in, or PARLEY_API_KEYS_IN_REDIS=1 and REDIS_URL to keep them in Redis.',
  ]);
}

async function open(
  redis: RedisConfig,
  parts: {readonly prefix: string; readonly name: string; readonly clock: Clock},
): Promise<RedisApiKeys> {
  const target = readRedisTarget(redis);
  try {
    return await RedisApiKeys.open({...parts, target});
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : String(cause)]);
  }
}
