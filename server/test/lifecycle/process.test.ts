import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer, type AddressInfo, type Server} from 'node:net';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {ops} from '../ops.js';
import {runMain, spawnNode} from '../spawn-node.js';
import {signToken} from '../start-node.js';
import {temporaryFolder} from '../temporary-folder.js';

/** Something else that listens on a port of this machine. */
async function takePort(): Promise<{port: number} & Disposable> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close()};
}

/** One sentence, and no stack. */
function expectSentence(output: string, expected: RegExp): void {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(expected);
}

test('[ENV] a bad environment variable ends the start with one sentence', async () => {
  const {code, output} = await runMain({PARLEY_PORT: 'eighty'});
  expect(code).toBe(1);
  expectSentence(output, /^PARLEY_PORT must be a whole number from 0 to 65535, but is "eighty"\.$/);
});

test('[ENV] a port that is taken ends the start with one sentence, for each of the two ports', async () => {
  using taken = await takePort();
  const forClients = await runMain({PARLEY_PORT: String(taken.port)});
  const forBackends = await runMain({PARLEY_OPS_PORT: String(taken.port)});

  expect([forClients.code, forBackends.code]).toEqual([1, 1]);
  expectSentence(forClients.output, new RegExp(`PARLEY_PORT ${taken.port}: the port is taken`));
  expectSentence(forBackends.output, new RegExp(`PARLEY_OPS_PORT ${taken.port}: the port is taken`));
});

test('[ENV] two nodes do not share a port', async () => {
  await using node = await spawnNode();
  const {code, output} = await runMain({PARLEY_PORT: new URL(node.url).port});
  expect(code).toBe(1);
  expectSentence(output, /the port is taken/);
});

test('[ENV] Redis that cannot be reached at start ends it with one sentence', async () => {
  using nobody = await takePort();
  const port = nobody.port;
  nobody[Symbol.dispose]();

  const {code, output} = await runMain({REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`});

  expect(code).toBe(1);
  expectSentence(output, /REDIS_URL/);
  expect(output).not.toContain('hunter2');
});

test('[ENV] a certificate that cannot be used ends the start with one sentence', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'cert.pem');
  writeFileSync(file, 'no certificate');

  const missing = await runMain({PARLEY_TLS_CERT: join(folder, 'none.pem'), PARLEY_TLS_KEY: file});
  const broken = await runMain({PARLEY_TLS_CERT: file, PARLEY_TLS_KEY: file});

  expect([missing.code, broken.code]).toEqual([1, 1]);
  expectSentence(missing.output, /^PARLEY_TLS_CERT names the file .* which cannot be read/);
  expectSentence(broken.output, /^PARLEY_TLS_CERT and PARLEY_TLS_KEY must be/);
});

test('[ENV] --check-config prints the effective settings without secrets and ends with 0, or says what is wrong and ends with 1', async () => {
  const good = await runMain({PARLEY_NODE_NAME: 'a'}, ['--check-config']);
  const bad = await runMain({PARLEY_AUTH_SECRET: '', PARLEY_HOST: '0.0.0.0'}, ['--check-config']);
  const badKey = await runMain({PARLEY_AUTH_SECRET: '', PARLEY_AUTH_PUBLIC_KEY: '/no/such/key'}, ['--check-config']);
  const unknown = await runMain({}, ['--chek-config']);

  expect(good.code).toBe(0);
  expect(good.output).toContain('PARLEY_NODE_NAME=a\n');
  expect(good.output).toContain('PARLEY_AUTH_SECRET=********');
  expect([bad.code, badKey.code, unknown.code]).toEqual([1, 1, 1]);
  expectSentence(bad.output, /^PARLEY_AUTH_SECRET must be set/);
  expectSentence(badKey.output, /^PARLEY_AUTH_PUBLIC_KEY must be/);
  expectSentence(unknown.output, /--chek-config is no argument/);
});

test('[DRAIN7] SIGTERM: clients are told to come back, then the process ends with 0', async () => {
  await using node = await spawnNode();
  const clients = await Promise.all(Array.from({length: 20}, (_, n) => connectBare(node, {user: `user-${n}`})));
  expect((await ops(node, 'GET', '/ready')).status).toBe(200);

  node.kill('SIGTERM');
  const how = await node.ended;
  await Promise.all(clients.map((client) => client.closed()));

  expect(how).toBe(0);
  for (const client of clients) {
    const {name, payload} = client.events.at(-1)!;
    expect([name, payload]).toEqual(['session.closing', expect.objectContaining({code: 4_000, reason: 'draining'})]);
    client.close();
  }
  const waits = clients.map((client) => client.all<{retryAfterMs: number}>('session.closing')[0]!.retryAfterMs);
  expect(new Set(waits).size).toBeGreaterThan(1);
  expect(node.output()).not.toContain('"level":50');
});

test('[DRAIN8] a second signal forces', async () => {
  await using node = await spawnNode({PARLEY_LOG_LEVEL: 'info'});
  // More clients than one batch, so that handing them over takes a moment.
  const clients = await Promise.all(Array.from({length: 250}, (_, n) => connectBare(node, {user: `user-${n}`})));

  node.kill('SIGTERM');
  await eventually(() => node.output().includes('handing the clients over'));
  node.kill('SIGINT');

  expect([0, 1]).toContain(await node.ended);
  for (const client of clients) client.close();
});

test('[ENV] .env in the working folder is read', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), 'PARLEY_NODE_NAME=from-the-file\n');

  const {output} = await runMain({}, ['--check-config'], folder);

  expect(output).toContain('PARLEY_NODE_NAME=from-the-file');
});

test('[CON2] the secret of one start is not that of the next', async () => {
  await using node = await spawnNode({PARLEY_AUTH_SECRET: ''});
  const stranger = await signToken('ann');
  await expect(connectBare(node, {token: stranger})).rejects.toThrow('bad_token');
  expect(node.output()).toContain('random secret');
});
