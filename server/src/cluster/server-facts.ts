import type {Redis} from 'ioredis';
import type {PubSubKind, RedisTarget} from './redis-target.js';
import {text} from './replies.js';

/** What a server says of itself when a connection to it stands. */
export interface ServerFacts {
  readonly pubSub: PubSubKind;
  /** Of its data's line of succession: another one after a restart, and on a replica that became the master. */
  readonly succession: string;
}

/**
 * Looks whether a server can be used.
 *
 * Rejects with a sentence if it is too old, is a replica, or cannot do what it is asked for.
 */
export async function inspectServer(redis: Redis, wanted: RedisTarget['pubSub']): Promise<ServerFacts> {
  const [server, replication] = await Promise.all([redis.info('server'), redis.info('replication')]);
  const [major = 0, minor = 0] = field(server, 'redis_version').split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2))
    throw new Error(`Redis ${major}.${minor} is too old: 6.2 or newer is needed`);
  if (field(replication, 'role') !== 'master') throw new Error('it is a replica, and only a master can be written to');
  if (wanted === 'sharded' && major < 7)
    throw new Error(`Redis ${major}.${minor} has no sharded pub/sub, which PARLEY_REDIS_PUBSUB asks for`);
  return {
    pubSub: wanted === 'auto' ? (major >= 7 ? 'sharded' : 'classic') : wanted,
    succession: field(replication, 'master_replid'),
  };
}

function field(info: string, name: string): string {
  return text(new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '');
}
