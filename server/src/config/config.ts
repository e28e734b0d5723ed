import type {GroupBounds, HubLimits, InboxBounds, PresenceRules, ScheduleBounds, StoreLimits} from '@parley/signaling';
import type {NatsConfig} from './nats-config.js';
import type {RedisConfig} from './redis-config.js';
import type {Settings} from './variables.js';

/** Where a token's signature is checked from. */
export type TokenKey =
  /** Made at start and gone with the process: only while bound to a loopback address. */
  | {readonly kind: 'random'}
  | {readonly kind: 'secret'; readonly secret: string}
  | {readonly kind: 'publicKey'; readonly publicKey: string}
  | {readonly kind: 'jwks'; readonly url: string};

export interface AuthConfig {
  readonly key: TokenKey;
  /** Empty: any. */
  readonly issuers: readonly string[];
  /** Empty: any. */
  readonly audiences: readonly string[];
  /** Empty: those that fit the key. */
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  /** How long before its token expires a session is told. */
  readonly expiryWarningMs: number;
  /** For how long a revocation is remembered if its caller does not say. */
  readonly longestTokenLifeMs: number;
  /** Whether `POST /dev/token` answers, and why. */
  readonly devTokens: 'off' | 'loopback' | 'asked_for';
}

export interface NetworkConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether `host` is a loopback address, so that only this machine can connect. */
  readonly loopback: boolean;
  readonly tls: {readonly certFile: string; readonly keyFile: string} | undefined;
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly keepalive: {readonly intervalMs: number; readonly timeoutMs: number};
  readonly maxConnections: number;
  /** 0: not limited. */
  readonly connectionsPerAddress: number;
  /** 0: not limited. */
  readonly handshakesPerSecond: number;
  /** Of all clients together; 0: not limited. */
  readonly acceptsPerSecond: number;
  readonly bufferBytes: number;
  /** What one connection may send per second. */
  readonly inboundBytesPerSecond: number;
}

export interface OperationsConfig {
  readonly host: string;
  readonly port: number;
  /** They may do everything. */
  readonly apiKeys: readonly string[];
  readonly apiKeysFile: string | undefined;
  /** Then there is no such file. */
  readonly apiKeysInRedis: boolean;
  /** Undefined: no tokens are taken. */
  readonly apiTokens: ApiTokensConfig | undefined;
  /** By each API key. */
  readonly requestsPerSecond: number;
  readonly batch: {readonly items: number; readonly bytes: number};
  /** Undefined: there is no gRPC port. */
  readonly grpc: GrpcConfig | undefined;
  /** Undefined: nothing is taken from NATS. */
  readonly nats: NatsConfig | undefined;
}

/** Whose tokens backends may present. */
export interface ApiTokensConfig {
  /** Address or file of a JSON Web Key Set. */
  readonly keys: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceMs: number;
}

export interface GrpcConfig {
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls:
    | {
        readonly certFile: string;
        readonly keyFile: string;
        /** Of those who sign the certificates that clients must show; undefined: clients show none. */
        readonly clientCaFile: string | undefined;
      }
    | undefined;
}

export interface StoreConfig {
  /** Undefined: the node runs alone. */
  readonly redis: RedisConfig | undefined;
  readonly redisPrefix: string;
  /** The `key` of the Socket.IO emitters that are listened to. */
  readonly socketIoEmitters: string | undefined;
  readonly log: {readonly events: number; readonly bytes: number; readonly ageMs: number};
  readonly limits: StoreLimits;
  readonly groups: GroupBounds;
  readonly inboxes: InboxBounds;
  readonly scheduled: ScheduleBounds;
  readonly heartbeatMs: number;
  readonly nodeTimeoutMs: number;
  readonly leaseMs: number;
}

/** What proves to a TURN server that a client may use it. */
export type TurnCredentials =
  /** Made for each client, for a time; the server knows the secret too. */
  | {readonly kind: 'secret'; readonly secret: string; readonly lifetimeMs: number}
  | {readonly kind: 'password'; readonly username: string; readonly password: string};

/** STUN and TURN servers for clients. */
export interface IceConfig {
  /** `stun:`, `turn:` and `turns:` addresses (RFC 7064, RFC 7065). */
  readonly urls: readonly string[];
  readonly credentials: TurnCredentials | undefined;
}

export interface MediaConfig {
  readonly workerBin: string | undefined;
  /** Undefined: one per processor; 0: none, calls are off. */
  readonly workers: number | undefined;
  /** What a full worker takes of a processor; 1 is all of one. */
  readonly fullAt: number;
  /** Below it a call stays on its worker. */
  readonly togetherBelow: number;
  /** The first worker's; 0: any free ones. */
  readonly port: number;
  readonly listenIp: string;
  readonly announcedAddress: string | undefined;
  /** Where the media of one call may be. */
  readonly spread: Settings['PARLEY_CALL_SPREAD'];
  /** Where media from other nodes comes to. */
  readonly pipes: {readonly address?: string; readonly ports?: {readonly min: number; readonly max: number}};
  readonly ice: IceConfig;
  readonly recording: RecordingConfig | undefined;
}

export interface RecordingConfig {
  readonly folder: string;
  readonly ffmpeg: string;
  readonly mixed: boolean;
  readonly mixedHeight: number;
  readonly calls: number;
  readonly tracks: number;
  readonly freeBytes: number;
  readonly durationMs: number;
  readonly bytes: number;
  /** Undefined: recordings stay in their folder. */
  readonly s3: S3Config | undefined;
}

export interface S3Config {
  readonly bucket: string;
  /** Undefined: Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly prefix: string;
  /** Undefined: as Amazon's tools find them. */
  readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string} | undefined;
}

export interface WebPushConfig {
  /** What this server is known by at push services, and whom they may write to. */
  readonly vapid: {readonly publicKey: string; readonly privateKey: string; readonly contact: string};
  /** Push services that browsers may be at; empty: any. */
  readonly hosts: readonly string[];
  readonly allowPrivate: boolean;
}

/** What a node is started with: complete, consistent, and read once. */
export interface Config {
  readonly nodeName: string;
  /** Otherwise it runs calls, and has no port for clients. */
  readonly takesClients: boolean;
  readonly network: NetworkConfig;
  readonly auth: AuthConfig;
  readonly limits: HubLimits;
  readonly presence: PresenceRules;
  readonly store: StoreConfig;
  readonly media: MediaConfig;
  readonly operations: OperationsConfig;
  /** JSON, or the path of a file with it; undefined: nobody is told. */
  readonly webhooks: string | undefined;
  /** Undefined: nobody is woken. */
  readonly webPush: WebPushConfig | undefined;
  /** Likewise; undefined: nobody is asked. */
  readonly hooks: string | undefined;
  readonly logLevel: Settings['PARLEY_LOG_LEVEL'];
  readonly drainMs: number;
}
