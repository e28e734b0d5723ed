/** One server of Redis, or one Sentinel. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** PEM texts. Without a `ca` the certificate authorities of the system count. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that certificates must be for, instead of the host that is connected to. */
  readonly serverName?: string;
}

/** How one gets in. */
export interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
}

/**
 * Which Redis the nodes share.
 * - `standalone`: one server.
 * - `sentinel`: the server that the Sentinels name as the master of that name.
 * - `cluster`: the servers of a Redis Cluster, some of which are known.
 */
export type RedisTarget = {readonly access: RedisAccess; readonly pubSub: PubSubKind | 'auto'} & (
  | {readonly kind: 'standalone'; readonly address: ServerAddress; readonly db: number}
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly ServerAddress[];
      readonly master: string;
      readonly sentinelAccess: RedisAccess;
      readonly db: number;
    }
  | {readonly kind: 'cluster'; readonly seeds: readonly ServerAddress[]}
);

/**
 * How channels are carried: `sharded` by the server that has the channel's slot alone (Redis 7 or newer), `classic` by
 * every server of a Redis Cluster. On a single server they cost the same.
 */
export type PubSubKind = 'sharded' | 'classic';

export const nameOf = ({host, port}: ServerAddress): string => (host.includes(':') ? `[${host}]` : host) + `:${port}`;
