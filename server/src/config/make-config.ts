import {isIP} from 'node:net';
import {ConfigError} from './config-error.js';
import type {
  ApiTokensConfig,
  AuthConfig,
  Config,
  GrpcConfig,
  MediaConfig,
  RecordingConfig,
  S3Config,
  TokenKey,
  TurnCredentials,
  WebPushConfig,
} from './config.js';
import {contradictions} from './contradictions.js';
import {isLoopback} from './loopback.js';
import {natsConfig} from './nats-config.js';
import {readSettings, type Environment} from './read-settings.js';
import {redisConfig} from './redis-config.js';
import {publicKeyOf} from '../web-push/vapid.js';
import type {Settings} from './variables.js';
import {developmentApiKey} from './variables/operations.js';

/**
 * From an environment to a configuration.
 *
 * @throws {ConfigError} if a value cannot be used, is unknown, or contradicts another.
 */
export function makeConfig(environment: Environment): Config {
  const settings = readSettings(environment);
  const problems = contradictions(settings);
  if (problems.length > 0) throw new ConfigError(problems);
  return fromSettings(settings);
}

const inboundBytesPerRequest = 20 * 1_024;

function fromSettings(settings: Settings): Config {
  const {PARLEY_TLS_CERT: certFile, PARLEY_TLS_KEY: keyFile, PARLEY_REQUESTS_PER_SECOND: requestsPerSecond} = settings;
  return {
    nodeName: settings.PARLEY_NODE_NAME,
    takesClients: settings.PARLEY_ROLE !== 'media',
    network: {
      host: settings.PARLEY_HOST,
      port: settings.PARLEY_PORT,
      loopback: isLoopback(settings.PARLEY_HOST),
      tls: certFile === undefined || keyFile === undefined ? undefined : {certFile, keyFile},
      origins: settings.PARLEY_ORIGINS,
      trustedProxies: settings.PARLEY_TRUSTED_PROXIES,
      keepalive: {intervalMs: settings.PARLEY_KEEPALIVE_INTERVAL, timeoutMs: settings.PARLEY_KEEPALIVE_TIMEOUT},
      maxConnections: settings.PARLEY_MAX_CONNECTIONS,
      connectionsPerAddress: settings.PARLEY_MAX_CONNECTIONS_PER_ADDRESS,
      handshakesPerSecond: settings.PARLEY_HANDSHAKES_PER_SECOND,
      acceptsPerSecond: settings.PARLEY_ACCEPTS_PER_SECOND,
      bufferBytes: settings.PARLEY_MAX_BUFFER,
      inboundBytesPerSecond:
        settings.PARLEY_MAX_INBOUND ??
        Math.max(requestsPerSecond * inboundBytesPerRequest, settings.PARLEY_MAX_PAYLOAD / 4),
    },
    auth: auth(settings),
    limits: {
      requestsPerSecond,
      userRequestsPerSecond: settings.PARLEY_USER_REQUESTS_PER_SECOND ?? 2 * requestsPerSecond,
      requestsInFlight: settings.PARLEY_MAX_REQUESTS_IN_FLIGHT ?? 2 * requestsPerSecond,
      invalidRequestsPerMinute: settings.PARLEY_INVALID_REQUESTS_PER_MINUTE,
      roomEphemeralsPerSecond: settings.PARLEY_ROOM_MESSAGES_PER_SECOND,
      roomsPerSession: settings.PARLEY_MAX_ROOMS_PER_SESSION,
      sessions: {most: settings.PARLEY_MAX_SESSIONS_PER_USER, policy: settings.PARLEY_SESSIONS_POLICY},
      membersPerRoom: settings.PARLEY_MAX_MEMBERS_PER_ROOM,
      replayEvents: settings.PARLEY_REPLAY_EVENTS,
      resumeWindowMs: settings.PARLEY_RESUME_WINDOW,
      payloadBytes: settings.PARLEY_MAX_PAYLOAD,
      calls: {
        peers: settings.PARLEY_MAX_PEERS_PER_CALL,
        producers: settings.PARLEY_MAX_PRODUCERS_PER_CALL,
        producersPerPeer: settings.PARLEY_MAX_PRODUCERS_PER_PEER,
        bitrate: settings.PARLEY_MAX_CALL_BITRATE,
        videos: settings.PARLEY_CALL_VIDEOS,
        voices: settings.PARLEY_CALL_VOICES,
      },
    },
    presence: {
      windowMs: settings.PARLEY_PRESENCE_WINDOW,
      largeRoom: settings.PARLEY_PRESENCE_LARGE_ROOM,
      roomsPerSession: settings.PARLEY_PRESENCE_ROOMS_PER_SESSION,
      usersPerSession: settings.PARLEY_PRESENCE_USERS_PER_SESSION,
      deliveriesPerSecond: settings.PARLEY_PRESENCE_PER_SECOND,
    },
    store: {
      redis: redisConfig(settings),
      redisPrefix: settings.PARLEY_REDIS_PREFIX,
      socketIoEmitters: settings.PARLEY_SOCKETIO_EMITTERS,
      log: {
        events: settings.PARLEY_HISTORY_EVENTS,
        bytes: settings.PARLEY_HISTORY_SIZE,
        ageMs: settings.PARLEY_HISTORY_AGE,
      },
      limits: {
        roomMessagesPerSecond: settings.PARLEY_ROOM_MESSAGES_PER_SECOND,
        roomsPerUser: settings.PARLEY_MAX_ROOMS_PER_USER,
        roomCreationsPerHour: settings.PARLEY_ROOM_CREATIONS_PER_HOUR,
        rooms: settings.PARLEY_MAX_ROOMS,
      },
      groups: {groups: settings.PARLEY_MAX_GROUPS, usersPerGroup: settings.PARLEY_MAX_USERS_PER_GROUP},
      inboxes: {
        pushes: settings.PARLEY_MAX_INBOX_PUSHES,
        bytes: settings.PARLEY_MAX_INBOX_SIZE,
        devices: settings.PARLEY_MAX_INBOX_DEVICES,
      },
      scheduled: {
        pushes: settings.PARLEY_MAX_SCHEDULED_PUSHES,
        bytes: settings.PARLEY_MAX_SCHEDULED_SIZE,
        aheadMs: settings.PARLEY_MAX_SCHEDULE_AHEAD,
      },
      heartbeatMs: settings.PARLEY_HEARTBEAT,
      nodeTimeoutMs: settings.PARLEY_NODE_TIMEOUT,
      leaseMs: settings.PARLEY_LEASE,
    },
    media: media(settings),
    operations: {
      host: settings.PARLEY_OPS_HOST,
      port: settings.PARLEY_OPS_PORT,
      apiKeys: apiKeys(settings),
      apiKeysFile: settings.PARLEY_API_KEYS_FILE,
      apiKeysInRedis: settings.PARLEY_API_KEYS_IN_REDIS,
      apiTokens: apiTokens(settings),
      requestsPerSecond: settings.PARLEY_API_REQUESTS_PER_SECOND,
      batch: {items: settings.PARLEY_BATCH_ITEMS, bytes: settings.PARLEY_BATCH_SIZE},
      grpc: grpc(settings),
      nats: natsConfig(settings),
    },
    webhooks: settings.PARLEY_WEBHOOKS,
    webPush: webPush(settings),
    hooks: settings.PARLEY_HOOKS,
    logLevel: settings.PARLEY_LOG_LEVEL,
    drainMs: settings.PARLEY_DRAIN_TIME,
  };
}

function apiKeys(settings: Settings): readonly string[] {
  const {PARLEY_API_KEYS: keys, PARLEY_API_KEYS_FILE: file, PARLEY_API_JWT_KEYS: tokens} = settings;
  const others = file !== undefined || settings.PARLEY_API_KEYS_IN_REDIS || tokens !== undefined;
  return keys.length > 0 || others ? keys : [developmentApiKey];
}

function apiTokens(settings: Settings): ApiTokensConfig | undefined {
  const {PARLEY_API_JWT_KEYS: keys, PARLEY_API_JWT_ISSUER: issuer, PARLEY_API_JWT_AUDIENCE: audience} = settings;
  if (keys === undefined || issuer === undefined || audience === undefined) return undefined;
  return {keys, issuer, audience, clockToleranceMs: settings.PARLEY_AUTH_CLOCK_TOLERANCE};
}

function grpc(settings: Settings): GrpcConfig | undefined {
  const {PARLEY_GRPC_PORT: port, PARLEY_GRPC_TLS_CERT: certFile, PARLEY_GRPC_TLS_KEY: keyFile} = settings;
  if (port === undefined) return undefined;
  const clientCaFile = settings.PARLEY_GRPC_TLS_CLIENT_CA;
  return {
    port,
    tls: certFile === undefined || keyFile === undefined ? undefined : {certFile, keyFile, clientCaFile},
  };
}

/** Where media is received if nothing is said and `PARLEY_HOST` is a name. */
const anyIp = '0.0.0.0';
const firstMediaPort = 7_440;

function media(settings: Settings): MediaConfig {
  const host = settings.PARLEY_HOST === 'localhost' ? '127.0.0.1' : settings.PARLEY_HOST;
  const listenIp = settings.PARLEY_MEDIA_LISTEN_IP ?? (isIP(host) === 0 ? anyIp : host);
  return {
    workerBin: settings.MEDIASOUP_WORKER_BIN,
    workers: settings.PARLEY_ROLE === 'hub' ? 0 : settings.PARLEY_MEDIA_WORKERS,
    fullAt: settings.PARLEY_MEDIA_FULL_AT,
    togetherBelow: settings.PARLEY_MEDIA_TOGETHER_BELOW ?? settings.PARLEY_MEDIA_FULL_AT / 3,
    port: settings.PARLEY_MEDIA_PORT ?? (isLoopback(listenIp) ? 0 : firstMediaPort),
    listenIp,
    announcedAddress: settings.PARLEY_MEDIA_ANNOUNCED_ADDRESS,
    spread: settings.PARLEY_CALL_SPREAD,
    pipes: {
      ...(settings.PARLEY_MEDIA_PIPE_ADDRESS !== undefined && {address: settings.PARLEY_MEDIA_PIPE_ADDRESS}),
      ...(settings.PARLEY_MEDIA_PIPE_PORTS !== undefined && {ports: settings.PARLEY_MEDIA_PIPE_PORTS}),
    },
    ice: {urls: settings.PARLEY_ICE_URLS, credentials: turnCredentials(settings)},
    recording: recording(settings),
  };
}

function recording(settings: Settings): RecordingConfig | undefined {
  const folder = settings.PARLEY_RECORDING_FOLDER;
  if (folder === undefined) return undefined;
  return {
    folder,
    ffmpeg: settings.PARLEY_FFMPEG_BIN,
    mixed: settings.PARLEY_RECORDING_MIXED,
    mixedHeight: settings.PARLEY_RECORDING_MIXED_HEIGHT,
    calls: settings.PARLEY_RECORDING_CALLS,
    tracks: settings.PARLEY_RECORDING_TRACKS,
    freeBytes: settings.PARLEY_RECORDING_FREE,
    durationMs: settings.PARLEY_RECORDING_TIME,
    bytes: settings.PARLEY_RECORDING_SIZE,
    s3: s3(settings),
  };
}

function s3(settings: Settings): S3Config | undefined {
  const {PARLEY_RECORDING_S3_BUCKET: bucket, PARLEY_RECORDING_S3_KEY_ID: accessKeyId} = settings;
  if (bucket === undefined) return undefined;
  const {PARLEY_RECORDING_S3_SECRET: secretAccessKey} = settings;
  return {
    bucket,
    endpoint: settings.PARLEY_RECORDING_S3_ENDPOINT,
    region: settings.PARLEY_RECORDING_S3_REGION,
    prefix: settings.PARLEY_RECORDING_S3_PREFIX,
    credentials:
      accessKeyId !== undefined && secretAccessKey !== undefined ? {accessKeyId, secretAccessKey} : undefined,
  };
}

function webPush(settings: Settings): WebPushConfig | undefined {
  const {PARLEY_WEB_PUSH_KEY: privateKey, PARLEY_WEB_PUSH_CONTACT: contact} = settings;
  const publicKey = privateKey === undefined ? undefined : publicKeyOf(privateKey);
  if (privateKey === undefined || publicKey === undefined || contact === undefined) return undefined;
  return {
    vapid: {publicKey, privateKey, contact},
    hosts: settings.PARLEY_WEB_PUSH_HOSTS,
    allowPrivate: settings.PARLEY_WEB_PUSH_ALLOW_PRIVATE,
  };
}

function turnCredentials(settings: Settings): TurnCredentials | undefined {
  const {PARLEY_TURN_SECRET: secret, PARLEY_TURN_USERNAME: username, PARLEY_TURN_PASSWORD: password} = settings;
  if (secret !== undefined) return {kind: 'secret', secret, lifetimeMs: settings.PARLEY_TURN_LIFETIME};
  if (username !== undefined && password !== undefined) return {kind: 'password', username, password};
  return undefined;
}

function auth(settings: Settings): AuthConfig {
  return {
    key: tokenKey(settings),
    issuers: settings.PARLEY_AUTH_ISSUER,
    audiences: settings.PARLEY_AUTH_AUDIENCE,
    algorithms: settings.PARLEY_AUTH_ALGORITHMS,
    clockToleranceMs: settings.PARLEY_AUTH_CLOCK_TOLERANCE,
    expiryWarningMs: settings.PARLEY_AUTH_EXPIRY_WARNING,
    longestTokenLifeMs: settings.PARLEY_AUTH_MAX_TOKEN_LIFE,
    devTokens: devTokens(settings),
  };
}

function tokenKey(settings: Settings): TokenKey {
  if (settings.PARLEY_AUTH_SECRET !== undefined) return {kind: 'secret', secret: settings.PARLEY_AUTH_SECRET};
  if (settings.PARLEY_AUTH_PUBLIC_KEY !== undefined) {
    return {kind: 'publicKey', publicKey: settings.PARLEY_AUTH_PUBLIC_KEY};
  }
  if (settings.PARLEY_AUTH_JWKS_URL !== undefined) return {kind: 'jwks', url: settings.PARLEY_AUTH_JWKS_URL};
  return {kind: 'random'};
}

/**
 * A node on a loopback address may still be reached from outside, through a proxy on the same machine. Whoever sets
 * that up has to name the proxy or the origins of the pages, and then nobody gets a token for the asking.
 */
function devTokens(settings: Settings): AuthConfig['devTokens'] {
  if (settings.PARLEY_DEV_TOKENS === true) return 'asked_for';
  const asymmetric = settings.PARLEY_AUTH_PUBLIC_KEY !== undefined || settings.PARLEY_AUTH_JWKS_URL !== undefined;
  if (settings.PARLEY_DEV_TOKENS === false || asymmetric) return 'off';
  const fronted = settings.PARLEY_ORIGINS.length > 0 || settings.PARLEY_TRUSTED_PROXIES.length > 0;
  return isLoopback(settings.PARLEY_HOST) && !fronted ? 'loopback' : 'off';
}
