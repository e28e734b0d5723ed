import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ConfigError, makeConfig} from '@parley/server';
import {describe, expect, test} from 'vitest';
import {describeSettings} from '../../src/config/describe-settings.js';
import {readRedisTarget} from '../../src/read-redis-target.js';
import {temporaryFolder} from '../temporary-folder.js';

function targetOf(environment: Record<string, string>) {
  const {redis} = makeConfig(environment).store;
  if (redis === undefined) throw new Error('There is no Redis.');
  return readRedisTarget(redis);
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    targetOf(environment);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
  return [];
}

const sentinel = {PARLEY_REDIS_TOPOLOGY: 'sentinel', PARLEY_REDIS_MASTER: 'main'};
const cluster = {PARLEY_REDIS_TOPOLOGY: 'cluster'};

test('[ENV] one address is one server, with its user, password and database', () => {
  expect(targetOf({REDIS_URL: 'redis://ann:p%40ss@db.example.org/3'})).toEqual({
    kind: 'standalone',
    address: {host: 'db.example.org', port: 6_379},
    db: 3,
    access: {username: 'ann', password: 'p@ss'},
    pubSub: 'auto',
  });
  expect(targetOf({REDIS_URL: 'redis://[::1]:7000'})).toMatchObject({address: {host: '::1', port: 7_000}, access: {}});
});

test('[ENV] several addresses are Sentinels, whose user and password are others than Redis’', () => {
  const environment = {
    ...sentinel,
    REDIS_URL: 'redis://ann:secret@s1,redis://s2:26380, redis://s3/',
    PARLEY_REDIS_SENTINEL_USER: 'guide',
    PARLEY_REDIS_SENTINEL_PASSWORD: 'other',
  };
  expect(targetOf(environment)).toEqual({
    kind: 'sentinel',
    sentinels: [
      {host: 's1', port: 26_379},
      {host: 's2', port: 26_380},
      {host: 's3', port: 26_379},
    ],
    master: 'main',
    sentinelAccess: {username: 'guide', password: 'other'},
    db: 0,
    access: {username: 'ann', password: 'secret'},
    pubSub: 'auto',
  });
});

test('[ENV] or they are servers of a Redis Cluster', () => {
  expect(targetOf({...cluster, REDIS_URL: 'redis://a:7000,redis://b:7000', PARLEY_REDIS_PUBSUB: 'classic'})).toEqual({
    kind: 'cluster',
    seeds: [
      {host: 'a', port: 7_000},
      {host: 'b', port: 7_000},
    ],
    access: {},
    pubSub: 'classic',
  });
});

test('[ENV] the files of TLS are read', () => {
  const folder = temporaryFolder();
  const files = Object.fromEntries(
    ['CA', 'CERT', 'KEY'].map((name) => {
      const file = join(folder, name);
      writeFileSync(file, `-----BEGIN ${name}-----`);
      return [`PARLEY_REDIS_TLS_${name}`, file];
    }),
  );
  const tls = {ca: '-----BEGIN CA-----', cert: '-----BEGIN CERT-----', key: '-----BEGIN KEY-----', serverName: 'db'};
  const environment = {REDIS_URL: 'rediss://s', ...sentinel, ...files, PARLEY_REDIS_TLS_SERVER_NAME: 'db'};
  expect(targetOf(environment)).toMatchObject({access: {tls}, sentinelAccess: {tls}});
});

describe('[ENV] what contradicts itself is refused by a sentence that names the variable, and no secret', () => {
  for (const [what, environment, expected] of [
    ['several servers without a topology', {REDIS_URL: 'redis://a,redis://b'}, /REDIS_URL names 2 servers.*TOPOLOGY/],
    ['TLS for some', {...cluster, REDIS_URL: 'redis://a,rediss://b'}, /REDIS_URL mixes redis:\/\/ and rediss:\/\//],
    ['two passwords', {...cluster, REDIS_URL: 'redis://:secret@a,redis://:other@b'}, /REDIS_URL has addresses with/],
    ['a database of a cluster', {...cluster, REDIS_URL: 'redis://a/1'}, /REDIS_URL names a database/],
    ['Sentinels without a name', {PARLEY_REDIS_TOPOLOGY: 'sentinel', REDIS_URL: 'redis://a'}, /REDIS_MASTER must be/],
    ['a name without Sentinels', {PARLEY_REDIS_MASTER: 'main', REDIS_URL: 'redis://a'}, /REDIS_MASTER is set, but/],
    ['a topology without Redis', cluster, /REDIS_TOPOLOGY is set without REDIS_URL/],
    ['emitters without Redis', {PARLEY_SOCKETIO_EMITTERS: 'socket.io'}, /SOCKETIO_EMITTERS is set without REDIS_URL/],
    ['files without TLS', {PARLEY_REDIS_TLS_CA: 'ca.pem', REDIS_URL: 'redis://a'}, /TLS_CA is set, but REDIS_URL/],
    [
      'a certificate without its key',
      {PARLEY_REDIS_TLS_CERT: 'cert.pem', REDIS_URL: 'rediss://a'},
      /TLS_CERT is set without PARLEY_REDIS_TLS_KEY/,
    ],
    [
      'a file that is not there',
      {PARLEY_REDIS_TLS_CA: '/nowhere/ca.pem', REDIS_URL: 'rediss://:secret@a'},
      /TLS_CA names the file \/nowhere\/ca.pem, which cannot be read \(ENOENT\)/,
    ],
    ['a file that is no PEM', {PARLEY_REDIS_TLS_CA: '/dev/null', REDIS_URL: 'rediss://a'}, /TLS_CA .* not in PEM/],
  ] as const) {
    test(what, () => {
      const problems = problemsOf(environment);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(expected);
      expect(problems[0]).not.toMatch(/secret|other/);
    });
  }
});

test('[ENV] the passwords of all addresses are masked where settings are shown', () => {
  const shown = describeSettings({REDIS_URL: 'redis://:hunter2@a,redis://:hunter2@b:1', ...cluster});
  expect(shown).toContain('REDIS_URL=redis://:********@a,redis://:********@b:1');
  expect(shown).not.toContain('hunter2');
  const broken = describeSettings({REDIS_URL: 'redis://:hunter2@a,redis://:hun ter2@b:x'});
  expect(broken).toContain('REDIS_URL=********');
});
