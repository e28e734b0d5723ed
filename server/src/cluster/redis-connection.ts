import {Redis, type RedisOptions} from 'ioredis';
import type {RedisAccess, ServerAddress} from './redis-target.js';

const options = {
  lazyConnect: true,
  // Nothing waits for a connection: what cannot be sent is refused at once.
  enableOfflineQueue: false,
  // What is underway when the connection breaks is refused at once; whether it was done is unknown.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // ioredis would subscribe again without waiting for it or catching its failure.
  autoResubscribe: false,
  // Whether the server can be used is looked at by whoever has the connection.
  enableReadyCheck: false,
} satisfies RedisOptions;

/** With jitter, so that nodes do not return in step. */
const comeBackMs = (attempt: number): number =>
  Math.min(25 * 2 ** Math.min(attempt, 10), 1_000) * (0.75 + Math.random() / 2);

export interface ConnectionOptions extends RedisAccess {
  readonly address: ServerAddress;
  /** In `CLIENT LIST`. */
  readonly name: string;
  readonly db?: number;
  /** How long an answer is waited for; a connection that is silent for longer while one is due is ended. 4 s unless given. */
  readonly answerMs?: number;
  /** Whether it comes back by itself, for ever; true unless given. */
  readonly lasting?: boolean;
}

/** A connection that is not begun yet and queues nothing. */
export function redisConnection(wanted: ConnectionOptions): Redis {
  const {address, name, db = 0, username, password, tls, answerMs = 4_000, lasting = true} = wanted;
  const redis = new Redis({
    ...options,
    ...address,
    db,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
    socketTimeout: answerMs + 1_000,
    retryStrategy: lasting ? comeBackMs : () => null,
    // A blank is not allowed in it.
    connectionName: name.replaceAll(/\s/g, '_'),
    ...(username !== undefined && {username}),
    ...(password !== undefined && {password}),
    ...(tls !== undefined && {tls: tlsOptions(tls)}),
  });
  // Failures show as `close`; the event itself says nothing more, but must have a listener.
  redis.on('error', () => undefined);
  return redis;
}

function tlsOptions({ca, cert, key, serverName}: NonNullable<RedisAccess['tls']>): NonNullable<RedisOptions['tls']> {
  return {
    ...(ca !== undefined && {ca}),
    ...(cert !== undefined && {cert}),
    ...(key !== undefined && {key}),
    ...(serverName !== undefined && {servername: serverName}),
  };
}

/** Begins a connection; resolves when it stands, rejects with why the first attempt failed. */
export async function beginConnection(redis: Redis): Promise<void> {
  let failure: unknown;
  const note = (error: unknown): void => {
    failure ??= error;
  };
  redis.on('error', note);
  try {
    await redis.connect();
  } catch (cause) {
    throw failure instanceof Error ? failure : cause;
  } finally {
    redis.off('error', note);
  }
}
