import {existsSync} from 'node:fs';
import {KeyFileError, readKeyFile, readUseFile, writeKeyFile, writeUseFile} from '../api/access/key-file.js';
import {mostKeys, type StoredKey} from '../api/access/stored-key.js';
import type {RedisApiKeys} from '../cluster/redis-api-keys.js';
import {ConfigError} from '../config/config-error.js';
import type {KeyShelf} from './key-shelf.js';

/**
 * Keys in a file, which is made by the first of them. Of two commands at a time the later one wins.
 *
 * @param openRedis where the nodes of a cluster note when keys were last used; without it, beside the file
 */
export function fileShelf(file: string, openRedis?: () => Promise<RedisApiKeys>): KeyShelf {
  const all = (): StoredKey[] => {
    if (!existsSync(file)) return [];
    try {
      return readKeyFile(file);
    } catch (failure) {
      if (failure instanceof KeyFileError) throw new ConfigError([`PARLEY_API_KEYS_FILE: ${failure.message}.`]);
      throw failure;
    }
  };
  const inRedis = async <T>(
    deed: (redis: RedisApiKeys) => Promise<T>,
    open: () => Promise<RedisApiKeys>,
  ): Promise<T> => {
    const redis = await open();
    try {
      return await deed(redis);
    } finally {
      redis.close();
    }
  };
  const inTurn = async <T>(deed: () => T): Promise<T> => Promise.resolve().then(deed);
  return {
    heededWithin: 'a second',
    all: () => inTurn(all),
    lastUses: () =>
      openRedis === undefined ? inTurn(() => readUseFile(file)) : inRedis((redis) => redis.lastUses(), openRedis),
    forgetUses: (names) => {
      if (openRedis !== undefined) return inRedis((redis) => redis.forgetUses(names), openRedis);
      return inTurn(() => {
        const left = [...readUseFile(file)].filter(([name]) => !names.includes(name));
        writeUseFile(file, new Map(left));
      });
    },
    add: (key) =>
      inTurn(() => {
        const keys = all();
        if (keys.length >= mostKeys) throw new ConfigError([`There are ${mostKeys} keys, and no more may be made.`]);
        writeKeyFile(file, [...keys, key]);
      }),
    change: (id, how) =>
      inTurn(() => {
        const keys = all();
        const before = keys.find((key) => key.id === id);
        if (before === undefined) return undefined;
        const after = how(before);
        writeKeyFile(
          file,
          keys.map((key) => (key === before ? after : key)),
        );
        return {before, after};
      }),
    close: () => undefined,
  };
}
