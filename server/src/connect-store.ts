import type {Clock, Ids, Store, StoreOptions} from '@parley/signaling';
import {createMemoryWorld} from '@parley/signaling/memory';
import {EmitterLine} from './cluster/emitter-line.js';
import {createRedisStore} from './cluster/redis-store.js';
import type {StoreObserver} from './cluster/store-observer.js';
import type {Config} from './config/config.js';
import {ConfigError} from './config/config-error.js';
import type {EmitterBridge} from './edge/emitter-bridge.js';
import {logThrown, type Logger} from './observability/logger.js';
import {lostLeases} from './observability/lost-leases.js';
import {readRedisTarget} from './read-redis-target.js';

export interface StoreSurroundings {
  readonly node: string;
  /** Whether this node has a media worker. */
  readonly media: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly observer: StoreObserver;
}

/** How long a key that was used once is remembered: a promise of the contract. */
const idempotencyMs = 10 * 60_000;

export function storeOptions({store, limits, takesClients}: Config, {node, media}: StoreSurroundings): StoreOptions {
  const {log, limits: storeLimits, groups, inboxes, scheduled, heartbeatMs, nodeTimeoutMs, leaseMs} = store;
  return {
    node,
    media,
    clients: takesClients,
    resumeWindowMs: limits.resumeWindowMs,
    log,
    limits: storeLimits,
    groups,
    inboxes,
    scheduled,
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
  const {clock, ids, log, observer} = surroundings;
  const options = storeOptions(config, surroundings);
  const {redis, redisPrefix: prefix} = config.store;
  if (redis === undefined) return createMemoryWorld({clock, ids}).node(options);
  const onDefect = (error: unknown, context: Readonly<Record<string, string>>): void => {
    logThrown(log, error, 'defect of the store', context);
  };
  const target = readRedisTarget(redis);
  try {
    return await createRedisStore({
      ...options,
      target,
      prefix,
      clock,
      onDefect,
      observer: logged(observer, log, clock),
    });
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : String(cause)]);
  }
}

/**
 * Listens to foreign producers, if they are asked for.
 *
 * @throws {ConfigError} if Redis cannot be reached, or its user may not listen to their channels.
 */
export async function connectEmitters(
  {store}: Config,
  {node, clock, bridge}: Pick<StoreSurroundings, 'node' | 'clock'> & {readonly bridge: EmitterBridge},
): Promise<EmitterLine | undefined> {
  const {redis, socketIoEmitters: key} = store;
  if (redis === undefined || key === undefined) return undefined;
  try {
    return await EmitterLine.open({
      target: readRedisTarget(redis),
      key,
      name: `parley ${node} (emitters)`,
      clock,
      onMessage: (channel, message) => {
        bridge.receive(channel, message);
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([`The channels of PARLEY_SOCKETIO_EMITTERS cannot be listened to: ${reason}.`]);
  }
}

/** What an operator reads in the log besides the metrics: when Redis was away, and what was lost. */
function logged(observer: StoreObserver, log: Logger, clock: Clock): StoreObserver {
  const tellLease = lostLeases(log, clock);
  return {
    ...observer,
    lost: (line, server) => {
      observer.lost(line, server);
      log.warn({line, server}, 'the connection to Redis was lost');
    },
    back: (line, server) => {
      observer.back(line, server);
      log.info({line, server}, 'connected to Redis');
    },
    succeeded: (server) => {
      observer.succeeded(server);
      log.warn({server}, 'Redis was restarted, or another server has taken its place');
    },
    revocationsRestored: (count) => {
      observer.revocationsRestored(count);
      log.warn({count}, 'Redis had lost revocations of tokens: they were put back');
    },
    leaseLost: (name, how) => {
      observer.leaseLost(name, how);
      tellLease(name, how);
    },
    lostEvents: () => {
      observer.lostEvents();
      log.error('Redis has lost events that it had acknowledged: every room begins another epoch');
    },
  };
}
