import {readFileSync} from 'node:fs';
import {rm, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {freePorts} from '../free-ports.js';
import {makeCertificates} from '../make-certificates.js';
import {runMain, spawnNode} from '../spawn-node.js';
import {defects, openStore, targetOf} from '../store/redis-cluster.js';
import {RedisProcess} from './redis-process.js';

/** The line of docs/OPERATIONS.md. */
function documentedUser(): string {
  const text = readFileSync(new URL('../../../docs/OPERATIONS.md', import.meta.url), 'utf8');
  const line = /^user parley on .*$/m.exec(text)?.[0];
  if (line === undefined) throw new Error('docs/OPERATIONS.md has no line for the user.');
  return line.replace('>a-long-password', '>tiger');
}

test('[ENV] a node uses Redis by TLS with a certificate of its own, as a user with no more rights than the documented ones', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tls-'));
  makeCertificates(folder, {server: 'redis.test', client: 'parley'});
  const [port = 0, tlsPort = 0] = await freePorts(2);
  // The plain port is for the test alone.
  const redis = new RedisProcess(folder, port, false, {username: 'tester', password: 'tester'});
  await redis.configure([
    `port ${port}`,
    `tls-port ${tlsPort}`,
    `tls-ca-cert-file ${folder}/ca.pem`,
    `tls-cert-file ${folder}/server.pem`,
    `tls-key-file ${folder}/server.key`,
    'tls-auth-clients yes',
    'user default off',
    'user tester on >tester ~* &* +@all',
    documentedUser(),
  ]);
  await redis.start();
  const environment = {
    REDIS_URL: `rediss://parley:tiger@127.0.0.1:${tlsPort}`,
    PARLEY_REDIS_TLS_CA: `${folder}/ca.pem`,
    PARLEY_REDIS_TLS_CERT: `${folder}/client.pem`,
    PARLEY_REDIS_TLS_KEY: `${folder}/client.key`,
    PARLEY_REDIS_TLS_SERVER_NAME: 'redis.test',
    PARLEY_SOCKETIO_EMITTERS: 'socket.io',
  };
  const {REDIS_URL: url, PARLEY_SOCKETIO_EMITTERS: _emitters, ...settings} = environment;
  try {
    const target = targetOf(url, settings);
    const stores = [
      await openStore({url}, {node: 'a', prefix: 'parley:', target}),
      await openStore({url}, {node: 'b', prefix: 'parley:', target}),
    ];
    const [a, b] = stores;
    if (a === undefined || b === undefined) throw new Error('There are no stores.');
    const feed = await RecordingFeed.open(b, 'lobby');
    await a.feeds.append('lobby', {name: 'chat.message', data: {n: 1}}, {key: 'k'});
    await eventually(() => {
      expect(feed.offsets).toEqual([1]);
    });
    await a.sessions.create(
      {session: 'session-1', key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
      {most: 100, policy: 'refuse_newest'},
    );
    expect(await b.sessions.find('session-1')).toMatchObject({user: 'ann'});
    expect(await b.sessions.takeExpired(10, 1)).toEqual([]);
    expect(await a.leases.acquire('call:lobby')).toHaveProperty('fence');
    b.bus.handle('greet', () => Promise.resolve('hello'));
    expect(await a.bus.request('b', 'greet', {})).toBe('hello');
    for (const store of stores) await store.close();

    await using node = await spawnNode(environment);
    await using ann = await connectBare(node, {user: 'ann'});
    await ann.request('room.create', {room: 'den'});
    await ann.request('room.join', {room: 'den'});
    await ann.request('chat.send', {room: 'den', id: 'm1', text: 'hello'});
    await ann.next('chat.message');
    await redis.command('PUBLISH', 'socket.io#/#', 'nonsense');
    await expect
      .poll(async () => (await fetch(`${node.opsUrl}/metrics`)).text())
      .toContain('parley_emitter_messages_total{outcome="malformed"} 1');
    expect(node.output()).not.toMatch(/tiger|NOPERM/);
    expect(String(await redis.command('ACL', 'LOG'))).toBe('');

    const wrong = async (change: Readonly<Record<string, string>>): Promise<string> => {
      const {code, output} = await runMain({...environment, ...change});
      expect(code).toBe(1);
      expect(output).toContain(`rediss://127.0.0.1:${tlsPort}`);
      expect(output).not.toMatch(/tiger|lion|\n\s+at /);
      return output;
    };
    expect(await wrong({REDIS_URL: `rediss://parley:lion@127.0.0.1:${tlsPort}`})).toMatch(/WRONGPASS/);
    expect(await wrong({PARLEY_REDIS_TLS_SERVER_NAME: 'other.test'})).toMatch(/other\.test/);
  } finally {
    await redis.kill();
    await rm(folder, {recursive: true, force: true});
  }
  expect(defects.splice(0)).toEqual([]);
});
