import {isIP} from 'node:net';
import type {PubSubKind} from '../cluster/redis-target.js';
import type {Settings} from './variables.js';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Which Redis the nodes of a cluster share, with the files that are still to be read. */
export interface RedisConfig {
  readonly topology: 'standalone' | 'sentinel' | 'cluster';
  /** Of the only server, of Sentinels, or of some servers of a cluster. */
  readonly addresses: readonly [RedisAddress, ...RedisAddress[]];
  readonly credentials: Credentials;
  readonly db: number;
  /** The name by which Sentinels know the master. */
  readonly master: string | undefined;
  readonly sentinelCredentials: Credentials;
  readonly tls:
    | {
        readonly caFile: string | undefined;
        readonly certFile: string | undefined;
        readonly keyFile: string | undefined;
        readonly serverName: string | undefined;
      }
    | undefined;
  readonly pubSub: PubSubKind | 'auto';
}

/** What one address of `REDIS_URL` says. */
interface Parsed extends Credentials, RedisAddress {
  readonly tls: boolean;
  readonly db: number;
}

const defaultPort = {standalone: 6_379, cluster: 6_379, sentinel: 26_379} as const;
function parse(text: string, topology: RedisConfig['topology']): Parsed {
  const {protocol, hostname, port, pathname, username, password} = new URL(text);
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host: isIP(bare) === 6 ? bare : hostname,
    port: port === '' ? defaultPort[topology] : Number(port),
    tls: protocol === 'rediss:',
    db: Number(pathname.slice(1)),
    username: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
  };
}

/** Undefined if there is no Redis. The settings are free of contradictions. */
export function redisConfig(settings: Settings): RedisConfig | undefined {
  const {REDIS_URL: urls, PARLEY_REDIS_TOPOLOGY: topology} = settings;
  const [first, ...others] = (urls ?? []).map((url) => parse(url, topology));
  if (first === undefined) return undefined;
  const {username, password, db, tls} = first;
  return {
    topology,
    addresses: [addressOf(first), ...others.map(addressOf)],
    credentials: {username, password},
    db,
    master: settings.PARLEY_REDIS_MASTER,
    sentinelCredentials: {
      username: settings.PARLEY_REDIS_SENTINEL_USER,
      password: settings.PARLEY_REDIS_SENTINEL_PASSWORD,
    },
    tls: tls
      ? {
          caFile: settings.PARLEY_REDIS_TLS_CA,
          certFile: settings.PARLEY_REDIS_TLS_CERT,
          keyFile: settings.PARLEY_REDIS_TLS_KEY,
          serverName: settings.PARLEY_REDIS_TLS_SERVER_NAME,
        }
      : undefined,
    pubSub: settings.PARLEY_REDIS_PUBSUB,
  };
}

const addressOf = ({host, port}: Parsed): RedisAddress => ({host, port});

const onlyWithRedis = [
  'PARLEY_REDIS_MASTER',
  'PARLEY_REDIS_SENTINEL_USER',
  'PARLEY_REDIS_SENTINEL_PASSWORD',
  'PARLEY_REDIS_TLS_CA',
  'PARLEY_REDIS_TLS_CERT',
  'PARLEY_REDIS_TLS_KEY',
  'PARLEY_REDIS_TLS_SERVER_NAME',
  'PARLEY_SOCKETIO_EMITTERS',
] as const satisfies readonly (keyof Settings)[];
const onlyWithSentinels = onlyWithRedis.slice(0, 3);
const onlyWithTls = onlyWithRedis.slice(3, 7);

/** What is wrong with what the settings say of Redis: a sentence each, naming the variables and no secret. */
export function redisContradictions(settings: Settings): string[] {
  const {REDIS_URL: urls, PARLEY_REDIS_TOPOLOGY: topology} = settings;
  const given = (names: readonly (keyof Settings)[]): string[] => names.filter((name) => settings[name] !== undefined);
  if (urls === undefined) {
    const names: string[] = given(onlyWithRedis);
    if (topology !== 'standalone') names.unshift('PARLEY_REDIS_TOPOLOGY');
    return names.map((name) => `${name} is set without REDIS_URL; a node without Redis runs alone.`);
  }
  const all = urls.map((url) => parse(url, topology));
  const [first, ...others] = all;
  if (first === undefined) return [];
  return [
    ...ofAddresses(first, others, topology),
    ...ofSentinels(settings, given(onlyWithSentinels)),
    ...ofTls(settings, first.tls, given(onlyWithTls)),
  ];
}

function ofAddresses(first: Parsed, others: readonly Parsed[], topology: RedisConfig['topology']): string[] {
  const problems: string[] = [];
  if (topology === 'standalone' && others.length > 0) {
    problems.push(
      `REDIS_URL names ${others.length + 1} servers; set PARLEY_REDIS_TOPOLOGY to sentinel or cluster, or name one.`,
    );
  }
  if (others.some(({tls}) => tls !== first.tls)) {
    problems.push('REDIS_URL mixes redis:// and rediss://; all its addresses must have the same.');
  }
  const differs = ({username, password, db}: Parsed): boolean =>
    (username !== undefined && username !== first.username) ||
    (password !== undefined && password !== first.password) ||
    (db !== 0 && db !== first.db);
  if (others.some(differs)) {
    problems.push('REDIS_URL has addresses with different users, passwords or databases; say them with the first one.');
  }
  if (topology === 'cluster' && first.db !== 0) {
    problems.push(
      'REDIS_URL names a database, but PARLEY_REDIS_TOPOLOGY is cluster, and a Redis Cluster has one only.',
    );
  }
  return problems;
}

function ofSentinels(settings: Settings, given: readonly string[]): string[] {
  const {PARLEY_REDIS_TOPOLOGY: topology, PARLEY_REDIS_MASTER: master} = settings;
  if (topology !== 'sentinel') {
    return given.map((name) => `${name} is set, but PARLEY_REDIS_TOPOLOGY is ${topology}; it is for sentinel.`);
  }
  return master === undefined
    ? ['PARLEY_REDIS_MASTER must be set, because PARLEY_REDIS_TOPOLOGY is sentinel: the name of the master.']
    : [];
}

function ofTls(settings: Settings, tls: boolean, given: readonly string[]): string[] {
  if (!tls) return given.map((name) => `${name} is set, but REDIS_URL begins with redis://; TLS is rediss://.`);
  const {PARLEY_REDIS_TLS_CERT: cert, PARLEY_REDIS_TLS_KEY: key} = settings;
  if ((cert === undefined) === (key === undefined)) return [];
  const [has, lacks] =
    cert === undefined
      ? ['PARLEY_REDIS_TLS_KEY', 'PARLEY_REDIS_TLS_CERT']
      : ['PARLEY_REDIS_TLS_CERT', 'PARLEY_REDIS_TLS_KEY'];
  return [`${has} is set without ${lacks}; a client certificate needs both.`];
}
