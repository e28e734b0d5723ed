import {apiKeyContradictions} from './api-keys-config.js';
import {isLoopback} from './loopback.js';
import {natsContradictions} from './nats-config.js';
import {redisContradictions} from './redis-config.js';
import type {Settings} from './variables.js';
import {publicKeyAlgorithms, secretAlgorithms} from './variables/identity.js';
import {developmentApiKey} from './variables/operations.js';

/** What is wrong with settings that are usable one by one but not together: a sentence each, naming the variables. */
export function contradictions(settings: Settings): string[] {
  return [
    ...identity(settings),
    ...network(settings),
    ...redisContradictions(settings),
    ...cluster(settings),
    ...media(settings),
    ...recording(settings),
    ...operations(settings),
    ...natsContradictions(settings),
    ...webPush(settings),
  ];
}

function identity(settings: Settings): string[] {
  const problems: string[] = [];
  const keys = ['PARLEY_AUTH_SECRET', 'PARLEY_AUTH_PUBLIC_KEY', 'PARLEY_AUTH_JWKS_URL'] as const;
  const given = keys.filter((name) => settings[name] !== undefined);
  if (given.length > 1) problems.push(`${given.join(' and ')} exclude one another; set one of them.`);
  if (given.length === 0 && !isLoopback(settings.PARLEY_HOST)) {
    problems.push(
      `PARLEY_AUTH_SECRET must be set (or PARLEY_AUTH_PUBLIC_KEY, or PARLEY_AUTH_JWKS_URL), because PARLEY_HOST is "${settings.PARLEY_HOST}" and others can connect; a random secret is made only on a loopback address.`,
    );
  }

  const asymmetric = given.some((name) => name !== 'PARLEY_AUTH_SECRET');
  const fitting: readonly string[] = asymmetric ? publicKeyAlgorithms : secretAlgorithms;
  const unfit = settings.PARLEY_AUTH_ALGORITHMS.filter((algorithm) => !fitting.includes(algorithm));
  if (unfit.length > 0) {
    problems.push(
      `PARLEY_AUTH_ALGORITHMS allows ${unfit.join(', ')}, which ${given[0] ?? 'a random secret'} cannot check; leave it empty or take some of ${fitting.join(', ')}.`,
    );
  }
  if (settings.PARLEY_DEV_TOKENS === true && asymmetric) {
    problems.push(
      `PARLEY_DEV_TOKENS cannot be 1 with ${given.join(' and ')}: there is nothing to sign with; set PARLEY_AUTH_SECRET instead.`,
    );
  }
  const jwks = settings.PARLEY_AUTH_JWKS_URL;
  if (jwks !== undefined && new URL(jwks).protocol === 'http:' && !isLoopback(new URL(jwks).hostname)) {
    problems.push(`PARLEY_AUTH_JWKS_URL must begin with https://, because whoever can change the answer can sign in.`);
  }
  return problems;
}

function webPush({PARLEY_WEB_PUSH_KEY: key, PARLEY_WEB_PUSH_CONTACT: contact}: Settings): string[] {
  if ((key === undefined) === (contact === undefined)) return [];
  const names = ['PARLEY_WEB_PUSH_KEY', 'PARLEY_WEB_PUSH_CONTACT'] as const;
  const [has, lacks] = key === undefined ? [names[1], names[0]] : names;
  return [`${has} is set without ${lacks}; web push needs both.`];
}

function network(settings: Settings): string[] {
  const problems: string[] = [];
  const {PARLEY_TLS_CERT: cert, PARLEY_TLS_KEY: key} = settings;
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] =
      cert === undefined ? ['PARLEY_TLS_KEY', 'PARLEY_TLS_CERT'] : ['PARLEY_TLS_CERT', 'PARLEY_TLS_KEY'];
    problems.push(`${has} is set without ${lacks}; TLS needs both.`);
  }
  if (settings.PARLEY_MAX_BUFFER < settings.PARLEY_MAX_PAYLOAD) {
    problems.push(
      'PARLEY_MAX_BUFFER must be at least PARLEY_MAX_PAYLOAD, or one large event would close its receivers.',
    );
  }
  const {PARLEY_MAX_INBOUND: inbound, PARLEY_MAX_PAYLOAD: payload} = settings;
  if (inbound !== undefined && inbound < payload / 4) {
    problems.push(
      'PARLEY_MAX_INBOUND must be at least a quarter of PARLEY_MAX_PAYLOAD, or a large frame would close its connection.',
    );
  }
  return problems;
}

function cluster(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.PARLEY_NODE_TIMEOUT < 2 * settings.PARLEY_HEARTBEAT) {
    problems.push('PARLEY_NODE_TIMEOUT must be at least twice PARLEY_HEARTBEAT, or a late heartbeat would end a node.');
  }
  const {PARLEY_ROLE: role, PARLEY_MEDIA_WORKERS: workers} = settings;
  if (role === 'media' && workers === 0)
    problems.push('PARLEY_ROLE is media and PARLEY_MEDIA_WORKERS is 0; such a node would do nothing.');
  if (role === 'hub' && workers !== undefined && workers > 0)
    problems.push('PARLEY_ROLE is hub and PARLEY_MEDIA_WORKERS is not 0; calls run on nodes of another role.');
  if (role === 'media' && settings.REDIS_URL === undefined)
    problems.push('PARLEY_ROLE is media without REDIS_URL; no hub would find such a node.');
  if (settings.PARLEY_REPLAY_EVENTS > settings.PARLEY_HISTORY_EVENTS) {
    problems.push('PARLEY_REPLAY_EVENTS must not be above PARLEY_HISTORY_EVENTS: what is not kept cannot be replayed.');
  }
  return problems;
}

function recording(settings: Settings): string[] {
  const problems: string[] = [];
  const {PARLEY_RECORDING_S3_BUCKET: bucket, PARLEY_RECORDING_FOLDER: folder} = settings;
  if (bucket !== undefined && folder === undefined) {
    problems.push(
      'PARLEY_RECORDING_S3_BUCKET is set without PARLEY_RECORDING_FOLDER, where recordings are written before they are put there.',
    );
  }
  const {PARLEY_RECORDING_S3_KEY_ID: id, PARLEY_RECORDING_S3_SECRET: secret} = settings;
  if ((id === undefined) !== (secret === undefined)) {
    const [has, lacks] =
      id === undefined
        ? ['PARLEY_RECORDING_S3_SECRET', 'PARLEY_RECORDING_S3_KEY_ID']
        : ['PARLEY_RECORDING_S3_KEY_ID', 'PARLEY_RECORDING_S3_SECRET'];
    problems.push(`${has} is set without ${lacks}; an access key has both.`);
  }
  return problems;
}

function media(settings: Settings): string[] {
  const problems: string[] = [];
  const {PARLEY_MEDIA_FULL_AT: fullAt, PARLEY_MEDIA_TOGETHER_BELOW: togetherBelow = 0} = settings;
  if (togetherBelow > fullAt) {
    problems.push(
      'PARLEY_MEDIA_TOGETHER_BELOW must not be above PARLEY_MEDIA_FULL_AT, or calls would stay on full workers.',
    );
  }
  const {PARLEY_TURN_SECRET: secret, PARLEY_TURN_USERNAME: username, PARLEY_TURN_PASSWORD: password} = settings;
  const turn = settings.PARLEY_ICE_URLS.some((url) => url.startsWith('turn'));
  if (secret !== undefined && (username !== undefined || password !== undefined)) {
    problems.push('PARLEY_TURN_SECRET and PARLEY_TURN_USERNAME exclude one another; set one of them.');
  }
  if ((username === undefined) !== (password === undefined)) {
    const [has, lacks] =
      username === undefined
        ? ['PARLEY_TURN_PASSWORD', 'PARLEY_TURN_USERNAME']
        : ['PARLEY_TURN_USERNAME', 'PARLEY_TURN_PASSWORD'];
    problems.push(`${has} is set without ${lacks}; a TURN server asks for both.`);
  }
  const credentials = secret !== undefined || username !== undefined || password !== undefined;
  if (turn && !credentials) {
    problems.push(
      'PARLEY_ICE_URLS names TURN servers without credentials; set PARLEY_TURN_SECRET, or PARLEY_TURN_USERNAME and PARLEY_TURN_PASSWORD.',
    );
  }
  const {PARLEY_MEDIA_PIPE_PORTS: pipes, PARLEY_MEDIA_PORT: first} = settings;
  if (pipes !== undefined && first !== undefined && first >= pipes.min && first <= pipes.max) {
    problems.push(`PARLEY_MEDIA_PIPE_PORTS has PARLEY_MEDIA_PORT ${first} in it; give pipes ports of their own.`);
  }
  if (credentials && !turn) {
    problems.push('PARLEY_TURN_SECRET or PARLEY_TURN_USERNAME is set, but PARLEY_ICE_URLS names no TURN server.');
  }
  return problems;
}

function operations(settings: Settings): string[] {
  const problems: string[] = [];
  const {PARLEY_PORT: port, PARLEY_OPS_PORT: opsPort} = settings;
  if (port === opsPort && port !== 0) {
    problems.push(`PARLEY_OPS_PORT and PARLEY_PORT are both ${port}; give each its own.`);
  }
  const {PARLEY_GRPC_PORT: grpcPort, PARLEY_GRPC_TLS_CERT: cert, PARLEY_GRPC_TLS_KEY: key} = settings;
  for (const [name, other] of [
    ['PARLEY_PORT', port],
    ['PARLEY_OPS_PORT', opsPort],
  ] as const) {
    if (grpcPort === other && other !== 0)
      problems.push(`PARLEY_GRPC_PORT and ${name} are both ${other}; give each its own.`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    const [has, lacks] = cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    problems.push(`PARLEY_GRPC_TLS_${has} is set without PARLEY_GRPC_TLS_${lacks}; TLS needs both.`);
  }
  if (settings.PARLEY_GRPC_TLS_CLIENT_CA !== undefined && cert === undefined) {
    problems.push(
      'PARLEY_GRPC_TLS_CLIENT_CA is set without PARLEY_GRPC_TLS_CERT; clients show certificates by TLS only.',
    );
  }
  if (settings.PARLEY_BATCH_SIZE < settings.PARLEY_MAX_PAYLOAD) {
    problems.push('PARLEY_BATCH_SIZE must be at least PARLEY_MAX_PAYLOAD, or what is one request would be no batch.');
  }
  problems.push(...apiKeyContradictions(settings), ...apiTokens(settings));
  const keys = settings.PARLEY_API_KEYS;
  const {PARLEY_API_KEYS_FILE: file, PARLEY_API_KEYS_IN_REDIS: inRedis, PARLEY_API_JWT_KEYS: tokens} = settings;
  const none = keys.length === 0 && file === undefined && !inRedis && tokens === undefined;
  if ((none || keys.includes(developmentApiKey)) && !isLoopback(settings.PARLEY_OPS_HOST)) {
    problems.push(
      `PARLEY_API_KEYS must be set to keys of your own (or PARLEY_API_KEYS_FILE to a file of them, or PARLEY_API_KEYS_IN_REDIS), because PARLEY_OPS_HOST is "${settings.PARLEY_OPS_HOST}" and others can connect; the development key works only on a loopback address.`,
    );
  }
  return problems;
}

function apiTokens(settings: Settings): string[] {
  const names = ['PARLEY_API_JWT_KEYS', 'PARLEY_API_JWT_ISSUER', 'PARLEY_API_JWT_AUDIENCE'] as const;
  const given = names.filter((name) => settings[name] !== undefined);
  const lacking = names.filter((name) => settings[name] === undefined);
  if (given.length === 0) return [];
  if (lacking.length > 0) return [`${given.join(' and ')} is set without ${lacking.join(' and ')}; set all three.`];
  const {PARLEY_API_JWT_KEYS: keys = ''} = settings;
  if (keys.startsWith('http://') && !(URL.canParse(keys) && isLoopback(new URL(keys).hostname))) {
    return ['PARLEY_API_JWT_KEYS must begin with https://, because whoever can change the answer can do everything.'];
  }
  return keys.startsWith('https://') && !URL.canParse(keys) ? ['PARLEY_API_JWT_KEYS is no address.'] : [];
}
