import type {Clock, Ids, Store, StoreOptions} from '@parley/signaling';
import {createMemoryWorld} from '@parley/signaling/memory';
import {createRedisStore} from './cluster/redis-store.js';
import type {Config} from './config/config.js';
import {ConfigError} from './config/config-error.js';
import {logThrown, type Logger} from './observability/logger.js';

export interface StoreSurroundings {
  readonly node: string;
  /** Whether this node has a media worker. */
  readonly media: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** How long a key that was used once is remembered: a promise of the contract. */
const idempotencyMs = 10 * 60_000;

export function storeOptions({store, limits}: Config, {node, media}: StoreSurroundings): StoreOptions {
  const {log, limits: storeLimits, heartbeatMs, nodeTimeoutMs, leaseMs} = store;
  return {
    node,
    media,
    resumeWindowMs: limits.resumeWindowMs,
    log,
    limits: storeLimits,
    idempotencyMs,
    heartbeatMs,
    nodeTimeoutMs,
    leaseMs,
  };
}

/**
 * What the nodes of a cluster share: Redis if there is one, this process's memory otherwise.
 *
 * @throws {ConfigError} if Redis cannot be reached: a node that starts without it would only refuse everything.
 */
export async function connectStore(config: Config, surroundings: StoreSurroundings): Promise<Store> {
  const {clock, ids, log} = surroundings;
  const options = storeOptions(config, surroundings);
  const {redisUrl: url, redisPrefix: prefix} = config.store;
  if (url === undefined) return createMemoryWorld({clock, ids}).node(options);
  const onDefect = (error: unknown, context: Readonly<Record<string, string>>): void => {
    logThrown(log, error, 'defect of the store', context);
  };
  try {
    return await createRedisStore({...options, url, prefix, clock, onDefect});
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : String(cause)]);
  }
}
