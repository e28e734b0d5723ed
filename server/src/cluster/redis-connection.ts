import {Redis, type RedisOptions} from 'ioredis';

/** How long an answer is waited for; a connection that is silent for longer while one is due is ended. */
const answerMs = 4_000;

const options = {
  lazyConnect: true,
  // Nothing waits for a connection: what cannot be sent is refused at once.
  enableOfflineQueue: false,
  // What is underway when the connection breaks is refused at once; whether it was done is unknown.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // ioredis would subscribe again without waiting for it or catching its failure.
  autoResubscribe: false,
  connectTimeout: answerMs,
  commandTimeout: answerMs,
  socketTimeout: answerMs + 1_000,
  // For ever, with jitter so that nodes do not return in step.
  retryStrategy: (attempt: number) => Math.min(25 * 2 ** Math.min(attempt, 10), 1_000) * (0.75 + Math.random() / 2),
} satisfies RedisOptions;

/** A connection that is not begun yet, comes back by itself for ever and queues nothing. */
export function redisConnection(url: string, name: string): Redis {
  const redis = new Redis(url, {...options, connectionName: name});
  // Failures show as `close`; the event itself says nothing more, but must have a listener.
  redis.on('error', () => undefined);
  return redis;
}

/** Begins a connection; an error that names the address (without its password) if it cannot be had. */
export async function beginConnection(redis: Redis, url: string): Promise<void> {
  let failure: unknown;
  const note = (error: unknown): void => {
    failure = error;
  };
  redis.on('error', note);
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    const reason = failure instanceof Error ? failure.message : cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Redis at ${addressOf(url)} cannot be used: ${reason}. Check REDIS_URL.`, {cause});
  } finally {
    redis.off('error', note);
  }
}

function addressOf(url: string): string {
  try {
    const {protocol, host, pathname} = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'the configured address';
  }
}
