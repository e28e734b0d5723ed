import type {RedisPersistence} from '../redis-server.js';

/** How the Redis of a run keeps what it is given, by the names that operators know. */
export const persistences = {
  'aof-no': {appendonly: true, appendfsync: 'no'},
  'aof-everysec': {appendonly: true, appendfsync: 'everysec'},
  'aof-always': {appendonly: true, appendfsync: 'always'},
  rdb: {snapshots: true},
  none: {},
} as const satisfies Readonly<Record<string, RedisPersistence>>;

export type Persistence = keyof typeof persistences;

export const persistenceNames = Object.keys(persistences) as readonly Persistence[];

/** What it has acknowledged it has after SIGKILL. With `everysec` it has so as a rule, which is no promise. */
export const survivesKill = (persistence: Persistence): boolean =>
  persistence === 'aof-no' || persistence === 'aof-always';

/** The same after it was stopped in order. */
export const survivesStop = (persistence: Persistence): boolean => persistence !== 'none';

/** Its disk follows it closely enough that a copy of it says what was at that time. */
export const keepsLog = (persistence: Persistence): boolean => persistence.startsWith('aof');
