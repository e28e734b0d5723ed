import {readFileSync} from 'node:fs';
import {ConfigError} from './config/config-error.js';
import type {Credentials, RedisConfig} from './config/redis-config.js';
import type {RedisAccess, RedisTarget, TlsFiles} from './cluster/redis-target.js';

/**
 * Reads the files that the configuration of Redis names.
 *
 * @throws {ConfigError} if one cannot be read, naming its variable.
 */
export function readRedisTarget(config: RedisConfig): RedisTarget {
  const {topology, addresses, credentials, sentinelCredentials, db, master = '', pubSub} = config;
  const tls = config.tls && readTls(config.tls);
  const access = accessOf(credentials, tls);
  switch (topology) {
    case 'standalone':
      return {kind: topology, address: addresses[0], db, access, pubSub};
    case 'sentinel':
      return {
        kind: topology,
        sentinels: addresses,
        master,
        sentinelAccess: accessOf(sentinelCredentials, tls),
        db,
        access,
        pubSub,
      };
    case 'cluster':
      return {kind: topology, seeds: addresses, access, pubSub};
  }
}

const accessOf = ({username, password}: Credentials, tls: TlsFiles | undefined): RedisAccess => ({
  ...(username !== undefined && {username}),
  ...(password !== undefined && {password}),
  ...(tls !== undefined && {tls}),
});

function readTls({caFile, certFile, keyFile, serverName}: NonNullable<RedisConfig['tls']>): TlsFiles {
  const [ca, cert, key] = [
    read('PARLEY_REDIS_TLS_CA', caFile),
    read('PARLEY_REDIS_TLS_CERT', certFile),
    read('PARLEY_REDIS_TLS_KEY', keyFile),
  ];
  return {
    ...(ca !== undefined && {ca}),
    ...(cert !== undefined && {cert}),
    ...(key !== undefined && {key}),
    ...(serverName !== undefined && {serverName}),
  };
}

function read(variable: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('-----BEGIN ')) return pem;
  } catch (cause) {
    throw new ConfigError([`${variable} names the file ${file}, which cannot be read (${reason(cause)}).`]);
  }
  throw new ConfigError([`${variable} names the file ${file}, which is not in PEM.`]);
}

const reason = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'for a reason that is not told';
