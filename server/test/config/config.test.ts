import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {configVariables, ConfigError, makeConfig, variableGroups} from '@parley/server';
import {describe, expect, test} from 'vitest';
import {describeSettings} from '../../src/config/describe-settings.js';
import {loadEnvironment} from '../../src/config/environment.js';
import {temporaryFolder} from '../temporary-folder.js';

const secret = 'a secret that only tests know, 32 bytes and more';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    makeConfig(environment);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
  return [];
}

test('[ENV] an empty environment is a node on a loopback address with the conveniences of development', () => {
  const config = makeConfig({});

  expect(config.network).toMatchObject({host: '127.0.0.1', port: 7_400, loopback: true, tls: undefined});
  expect(config.auth).toMatchObject({key: {kind: 'random'}, devTokens: 'loopback'});
  expect(config.operations).toMatchObject({host: '127.0.0.1', port: 7_401, apiKeys: ['dev-key']});
  expect(config.store.redis).toBeUndefined();
  expect(config.limits.resumeWindowMs).toBe(120_000);
  expect(config.media.port).toBe(0);
});

test('[ENV] a call stays together up to a third of what fills a worker, if nothing else is said', () => {
  expect(makeConfig({}).media).toMatchObject({fullAt: 0.92, togetherBelow: 0.92 / 3});
  expect(makeConfig({PARLEY_MEDIA_FULL_AT: '30%'}).media).toMatchObject({fullAt: 0.3, togetherBelow: 0.3 / 3});
  expect(makeConfig({PARLEY_MEDIA_TOGETHER_BELOW: '0%'}).media).toMatchObject({fullAt: 0.92, togetherBelow: 0});
});

test('[ENV] an unknown PARLEY_ variable is refused, and the one that was meant is suggested', () => {
  expect(problemsOf({PARLEY_PROT: '80'})).toEqual(['PARLEY_PROT is not a setting; did you mean PARLEY_PORT?']);
  expect(problemsOf({PARLEY_AUTH_SECERT: secret})[0]).toContain('did you mean PARLEY_AUTH_SECRET?');
  expect(problemsOf({PARLEY_SOMETHING_ELSE_ENTIRELY: '1'})[0]).toContain('docs/CONFIGURATION.md');
  expect(problemsOf({OTHER_PROGRAM: '1', PATH: '/bin'})).toEqual([]);
});

describe('[ENV] a value that cannot be used is refused by one sentence that names the variable', () => {
  for (const [name, value, expected] of [
    ['PARLEY_PORT', '70000', 'PARLEY_PORT must be a whole number from 0 to 65535, but is "70000".'],
    ['PARLEY_PORT', 'http', 'PARLEY_PORT must be a whole number from 0 to 65535, but is "http".'],
    ['PARLEY_RESUME_WINDOW', '120', 'PARLEY_RESUME_WINDOW must be a duration with its unit'],
    ['PARLEY_RESUME_WINDOW', '2d', 'from 1s to 1d'],
    ['PARLEY_MAX_PAYLOAD', '1 MB', 'PARLEY_MAX_PAYLOAD must be a size in bytes'],
    ['PARLEY_ORIGINS', 'chat.example.org', 'PARLEY_ORIGINS must be a comma-separated list of origins'],
    ['PARLEY_ORIGINS', 'https://chat.example.org/', 'PARLEY_ORIGINS must be a comma-separated list of origins'],
    ['PARLEY_TRUSTED_PROXIES', '10.0.0.0/99', 'PARLEY_TRUSTED_PROXIES must be'],
    ['PARLEY_TRUSTED_PROXIES', 'proxy', 'PARLEY_TRUSTED_PROXIES must be'],
    ['PARLEY_AUTH_ALGORITHMS', 'none', 'PARLEY_AUTH_ALGORITHMS must be'],
    ['PARLEY_AUTH_JWKS_URL', 'id.example.org', 'PARLEY_AUTH_JWKS_URL must be an address'],
    ['REDIS_URL', 'localhost:6379', 'REDIS_URL must be an address that begins with redis:// or rediss://'],
    ['REDIS_URL', 'redis://a, http://b', 'REDIS_URL must be an address that begins with redis://'],
    ['REDIS_URL', 'redis://a:6379/zero', 'REDIS_URL must be an address that begins with redis://'],
    ['PARLEY_REDIS_TOPOLOGY', 'ring', 'PARLEY_REDIS_TOPOLOGY must be one of standalone, sentinel, cluster'],
    ['PARLEY_REDIS_PUBSUB', 'loud', 'PARLEY_REDIS_PUBSUB must be one of auto, sharded, classic'],
    ['PARLEY_SOCKETIO_EMITTERS', 'socket io', 'PARLEY_SOCKETIO_EMITTERS must be'],
    ['PARLEY_DEV_TOKENS', 'maybe', 'PARLEY_DEV_TOKENS must be 1 or 0'],
    ['PARLEY_NODE_NAME', 'a b', 'PARLEY_NODE_NAME must be'],
    ['PARLEY_LOG_LEVEL', 'loud', 'PARLEY_LOG_LEVEL must be one of fatal, error'],
    ['PARLEY_ICE_URLS', 'https://turn.example.org', 'PARLEY_ICE_URLS must be at most 20 addresses such as stun:'],
    ['PARLEY_TURN_SECRET', 'short', 'PARLEY_TURN_SECRET must have at least 16 characters'],
    ['PARLEY_MEDIA_LISTEN_IP', 'eth0', 'PARLEY_MEDIA_LISTEN_IP must be an IP address'],
    ['PARLEY_MEDIA_FULL_AT', '0.92', 'PARLEY_MEDIA_FULL_AT must be a whole percentage from 5% to 100%'],
    ['PARLEY_MEDIA_FULL_AT', '4%', 'PARLEY_MEDIA_FULL_AT must be a whole percentage from 5% to 100%'],
    ['PARLEY_MEDIA_TOGETHER_BELOW', '101%', 'PARLEY_MEDIA_TOGETHER_BELOW must be a whole percentage from 0% to 100%'],
  ] as const) {
    test(`${name}=${value}`, () => {
      const problems = problemsOf({[name]: value});
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(expected);
    });
  }
});

describe('[ENV] settings that contradict one another are refused by a sentence that names them', () => {
  const publicKey = '-----BEGIN PUBLIC KEY-----';
  for (const [what, environment, expected] of [
    ['two keys', {PARLEY_AUTH_SECRET: secret, PARLEY_AUTH_PUBLIC_KEY: publicKey}, /SECRET and PARLEY_AUTH_PUBLIC_KEY/],
    ['no key where others can connect', {PARLEY_HOST: '0.0.0.0'}, /^PARLEY_AUTH_SECRET must be set.*PARLEY_HOST/],
    [
      'a secret’s algorithm for a public key',
      {PARLEY_AUTH_PUBLIC_KEY: publicKey, PARLEY_AUTH_ALGORITHMS: 'HS256'},
      /ALGORITHMS allows HS256/,
    ],
    [
      'a public key’s algorithm for a secret',
      {PARLEY_AUTH_SECRET: secret, PARLEY_AUTH_ALGORITHMS: 'RS256,HS256'},
      /ALGORITHMS allows RS256/,
    ],
    [
      'development tokens that cannot be signed',
      {PARLEY_AUTH_PUBLIC_KEY: publicKey, PARLEY_DEV_TOKENS: '1'},
      /DEV_TOKENS cannot be 1/,
    ],
    ['keys over plain HTTP', {PARLEY_AUTH_JWKS_URL: 'http://id.example.org/keys'}, /JWKS_URL must begin with https/],
    ['a certificate without its key', {PARLEY_TLS_CERT: 'cert.pem'}, /PARLEY_TLS_CERT is set without PARLEY_TLS_KEY/],
    [
      'one port for both',
      {PARLEY_PORT: '7400', PARLEY_OPS_PORT: '7400'},
      /PARLEY_OPS_PORT and PARLEY_PORT are both 7400/,
    ],
    ['the development key where others can connect', {PARLEY_OPS_HOST: '0.0.0.0'}, /^PARLEY_API_KEYS must be set/],
    ['the same, by name', {PARLEY_OPS_HOST: '0.0.0.0', PARLEY_API_KEYS: 'dev-key'}, /^PARLEY_API_KEYS must be set/],
    ['a buffer below a frame', {PARLEY_MAX_BUFFER: '64KiB', PARLEY_MAX_PAYLOAD: '128KiB'}, /PARLEY_MAX_BUFFER must be/],
    [
      'a call that stays on a full worker',
      {PARLEY_MEDIA_FULL_AT: '30%', PARLEY_MEDIA_TOGETHER_BELOW: '31%'},
      /^PARLEY_MEDIA_TOGETHER_BELOW must not be above PARLEY_MEDIA_FULL_AT/,
    ],
    ['TURN without credentials', {PARLEY_ICE_URLS: 'turn:t.example.org'}, /ICE_URLS names TURN servers without cred/],
    ['a bucket without a folder', {PARLEY_RECORDING_S3_BUCKET: 'calls'}, /without PARLEY_RECORDING_FOLDER/],
    [
      'NATS’ credentials without NATS',
      {PARLEY_NATS_CREDS: 'parley.creds'},
      /NATS_CREDS is set without PARLEY_NATS_URL/,
    ],
    ['NATS by TLS and without', {PARLEY_NATS_URL: 'nats://a,tls://b'}, /NATS_URL mixes nats:\/\/ and tls:\/\//],
    [
      'two users of NATS',
      {PARLEY_NATS_URL: 'nats://u:p@a,nats://u:q@b'},
      /NATS_URL has addresses with different users/,
    ],
    [
      'two ways into NATS',
      {PARLEY_NATS_URL: 'nats://u:p@a', PARLEY_NATS_CREDS: 'parley.creds'},
      /NATS_CREDS and the user in PARLEY_NATS_URL exclude/,
    ],
    [
      'an authority for NATS in the clear',
      {PARLEY_NATS_URL: 'nats://a', PARLEY_NATS_TLS_CA: 'ca.pem'},
      /NATS_TLS_CA is set, but PARLEY_NATS_URL begins with nats:/,
    ],
    [
      'half a certificate for NATS',
      {PARLEY_NATS_URL: 'tls://a', PARLEY_NATS_TLS_CERT: 'node.pem'},
      /NATS_TLS_CERT is set without PARLEY_NATS_TLS_KEY/,
    ],
    ['half an access key', {PARLEY_RECORDING_S3_KEY_ID: 'AKIDEXAMPLE'}, /set without PARLEY_RECORDING_S3_SECRET/],
    ['credentials without TURN', {PARLEY_TURN_SECRET: secret, PARLEY_ICE_URLS: 'stun:t.example.org'}, /names no TURN/],
    [
      'half a password',
      {PARLEY_ICE_URLS: 'turn:t', PARLEY_TURN_USERNAME: 'u'},
      /USERNAME is set without PARLEY_TURN_PAS/,
    ],
    ['a node time-out of one heartbeat', {PARLEY_HEARTBEAT: '2s', PARLEY_NODE_TIMEOUT: '3s'}, /NODE_TIMEOUT must be/],
    [
      'a replay of what is not kept',
      {PARLEY_HISTORY_EVENTS: '10', PARLEY_REPLAY_EVENTS: '11'},
      /REPLAY_EVENTS must not/,
    ],
  ] as const) {
    test(what, () => {
      const problems = problemsOf(environment);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(expected);
    });
  }
});

test('[ENV] there are no tokens for the asking where a proxy may let others in', () => {
  const devTokens = (environment: Record<string, string>) => makeConfig(environment).auth.devTokens;

  expect(devTokens({})).toBe('loopback');
  expect(devTokens({PARLEY_AUTH_SECRET: secret})).toBe('loopback');
  expect(devTokens({PARLEY_ORIGINS: 'https://chat.example.org'})).toBe('off');
  expect(devTokens({PARLEY_TRUSTED_PROXIES: '127.0.0.1'})).toBe('off');
  expect(devTokens({PARLEY_HOST: '0.0.0.0', PARLEY_AUTH_SECRET: secret})).toBe('off');
  expect(devTokens({PARLEY_ORIGINS: 'https://chat.example.org', PARLEY_DEV_TOKENS: '1'})).toBe('asked_for');
});

test('[ENV] every problem is told at once', () => {
  expect(problemsOf({PARLEY_PORT: 'x', PARLEY_OPS_PORT: 'y', PARLEY_NOPE: 'z'})).toHaveLength(3);
});

test('[ENV] secrets are shown neither in problems nor in the description of the settings', () => {
  const environment = {PARLEY_AUTH_SECRET: 'too short', REDIS_URL: 'redis://:hunter2@db.example.org:6379/0'};

  expect(problemsOf(environment).join()).not.toContain('too short');
  const described = describeSettings({...environment, PARLEY_PORT: '0'});
  expect(described).not.toMatch(/too short|hunter2/);
  expect(described).toContain('PARLEY_AUTH_SECRET=********');
  expect(described).toContain('REDIS_URL=redis://:********@db.example.org:6379/0');
  expect(described).toContain('PARLEY_PORT=0\n');
  expect(described).toContain('PARLEY_HOST=127.0.0.1 (default)');
});

test('[ENV] an empty value is none', () => {
  expect(makeConfig({PARLEY_AUTH_SECRET: '', PARLEY_PORT: ' '})).toMatchObject({auth: {key: {kind: 'random'}}});
});

test('[ENV] .env is read, and what is in the environment itself wins', () => {
  const file = join(temporaryFolder(), '.env');
  writeFileSync(file, '# a comment\nPARLEY_NODE_NAME="from the file"\nPARLEY_PORT=1234\nPATH=not this\n');

  const environment = loadEnvironment(file);

  expect(environment).toMatchObject({PARLEY_NODE_NAME: 'from the file', PARLEY_PORT: '1234'});
  expect(environment['PATH']).toBe(process.env['PATH']);
  expect(loadEnvironment(`${file}.none`)['PARLEY_PORT']).toBeUndefined();
});

test('[ENV] every variable of the reference has a group and a sentence, and its default can be read', () => {
  for (const {name, group, doc, default: fallback, schema} of configVariables) {
    expect(variableGroups, name).toContain(group);
    expect(doc, name).toMatch(/\.$/);
    if (fallback !== undefined) expect(schema.safeParse(fallback).success, name).toBe(true);
  }
});
