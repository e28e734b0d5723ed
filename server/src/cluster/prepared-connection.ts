import type {Clock} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {beginConnection} from './redis-connection.js';

/** After how long a server that answers and cannot be used is looked at again. */
const unfitMs = 250;

export interface Preparation {
  readonly clock: Clock;
  /** Runs whenever the connection stands; rejects if the server cannot be used. */
  readonly prepare: () => Promise<void>;
  /** Whether a server that could not be used is still wanted and not in use. */
  readonly wanted: () => boolean;
}

/**
 * Begins a connection; resolves when it was prepared for the first time, rejects with why the first attempt failed. It is
 * prepared again each time that it comes back, and begun anew for as long as preparing it fails.
 */
export async function beginPrepared(redis: Redis, {clock, prepare, wanted}: Preparation): Promise<void> {
  const begun = beginConnection(redis);
  // Before anything is awaited: the connection may be lost and had again meanwhile.
  const prepared = new Promise<void>((resolve, reject) => {
    redis.on('ready', () => {
      prepare().then(resolve, (error: unknown) => {
        reject(error instanceof Error ? error : new Error('It cannot be used.'));
        clock.after(unfitMs, () => {
          if (wanted()) redis.disconnect(true);
        });
      });
    });
    begun.catch(reject);
  });
  await Promise.all([begun, prepared]);
}
