import {createAdapter, createShardedAdapter} from '@socket.io/redis-adapter';
import {Redis} from 'ioredis';
import type {ServerOptions} from 'socket.io';

/** Both kinds of `@socket.io/redis-adapter` with the options that they come with. */
const kinds = {sharded: createShardedAdapter, classic: createAdapter} as const;

/** Joins a peer to its other nodes; the first argument of its program is the address of their Redis. */
export function overRedis(kind: keyof typeof kinds): Partial<ServerOptions> {
  const url = process.argv[2];
  if (url === undefined) throw new Error('The address of the Redis is missing.');
  const connection = (): Redis => {
    const redis = new Redis(url);
    redis.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
    });
    process.once('SIGTERM', () => {
      redis.disconnect();
    });
    return redis;
  };
  return {adapter: kinds[kind](connection(), connection())};
}
