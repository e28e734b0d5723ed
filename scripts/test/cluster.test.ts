import {existsSync, readdirSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {freePorts} from '../setup/free-port.mjs';
import {readableLine} from '../setup/log-line.mjs';
import {environment, makeClone, run} from './clone-fixture.ts';

interface Given {
  readonly name: string;
  readonly pid: number;
  readonly port: string;
  readonly redis: string;
  readonly secret: string;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

test('a cluster prints its addresses, reports a killed node, and leaves nothing behind', async () => {
  const clone = makeClone();
  const env = environment(clone);
  const cluster = run(clone, 'cluster.mjs', ['--nodes', '2'], env);
  await cluster.waitFor(/Ctrl-C stops everything/);
  const nodes = [...cluster.text().matchAll(/^(node-\d) \| listening (\{.*\})$/gm)].map(([, prefix, json]) => ({
    prefix,
    ...(JSON.parse(json ?? '') as Given),
  }));
  expect(nodes.map(({prefix}) => prefix).sort()).toEqual(['node-1', 'node-2']);
  expect(nodes.every(({prefix, name}) => prefix === name)).toBe(true);
  expect(new Set(nodes.map(({port}) => port)).size).toBe(2);
  expect(new Set(nodes.map(({secret}) => secret)).size).toBe(1);
  expect(nodes[0]?.secret.length).toBeGreaterThanOrEqual(32);
  for (const {port, pid} of nodes) {
    const other = nodes.find((node) => node.port !== port)?.port;
    expect(cluster.text()).toContain(`  http://127.0.0.1:${port}/?servers=http://127.0.0.1:${other}\n`);
    expect(cluster.text()).toContain(`to watch it die: kill -9 ${pid}\n`);
  }
  const redisPort = Number(new URL(nodes[0]?.redis ?? '').port);
  expect(await accepts(redisPort)).toBe(true);

  process.kill(nodes[0]?.pid ?? 0, 'SIGKILL');
  await cluster.waitFor(/node-\d has ended with exit code 137 and is not started again/);

  cluster.kill('SIGINT');
  expect(await cluster.ended).toBe(0);
  expect(cluster.text()).toContain('| got SIGTERM');
  expect(await accepts(redisPort)).toBe(false);
  expect(readdirSync(join(env['XDG_CACHE_HOME'] ?? '', 'parley', 'cluster'))).toEqual([]);
});

test('Redis and its files go even when the cluster script is killed', async () => {
  const clone = makeClone();
  const env = environment(clone);
  const cluster = run(clone, 'cluster.mjs', ['--nodes', '1'], env);
  const [, port] = await cluster.waitFor(/redis:\/\/127\.0\.0\.1:(\d+)  \(process/);
  cluster.kill('SIGKILL');
  await expect.poll(() => accepts(Number(port))).toBe(false);
  const folder = join(env['XDG_CACHE_HOME'] ?? '', 'parley', 'cluster');
  await expect.poll(() => existsSync(folder) && readdirSync(folder)).toEqual([]);
});

test("a node's JSON line becomes a readable one, other lines stay", () => {
  const line = '{"level":40,"time":1,"node":"a","msg":"slow","room":"r1","ms":12}';
  expect(readableLine(line)).toBe('warn  slow room=r1 ms=12');
  for (const other of ['plain text', '12', 'null', '{"level":30}', '']) expect(readableLine(other)).toBe(other);
});

test('a wrong number of nodes is refused before anything is done', async () => {
  const clone = makeClone();
  const cluster = run(clone, 'cluster.mjs', ['--nodes', 'many'], environment(clone));
  expect(await cluster.ended).toBe(1);
  expect(cluster.text()).toMatch(/^--nodes is "many": give a number .*\n$/);
  expect(existsSync(join(clone, 'node_modules'))).toBe(false);
});

test('free ports are different and free', async () => {
  const ports = await freePorts(8);
  expect(new Set(ports).size).toBe(8);
  expect(await accepts(ports[0] ?? 0)).toBe(false);
});
