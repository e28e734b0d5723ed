import {storeOptions} from '@parley/signaling/testing';
import {Keys} from '../../src/cluster/keys.js';
import {RoomLogs} from '../../src/cluster/room-log.js';
import {openLine} from './redis-cluster.js';
import type {RedisInUse} from './use-redis.js';

class SilentKeys extends Keys {
  override feedChannel(): string {
    return 'nobody listens';
  }
}

/** A log whose appends nobody is told of, as if the messages had been lost on their way. */
export async function silentLog(
  redis: RedisInUse,
  prefix: string,
  log = storeOptions('silent').log,
): Promise<RoomLogs> {
  const line = redis.keep(await openLine(redis.server.url));
  return new RoomLogs(line, new SilentKeys(prefix), {...storeOptions('silent'), log});
}
