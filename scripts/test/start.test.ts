import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {buildsOf, environment, linkPrograms, makeClone, run, runByNpm, write} from './clone-fixture.ts';

const listening = /listening (\{.*\})/;

interface Given {
  readonly args: string[];
  readonly pid: number;
  readonly worker: string | undefined;
}
const given = (match: RegExpExecArray): Given => JSON.parse(match[1] ?? '') as Given;

/** A process that has ended but whose parent never asked how (as in a container without an init) is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a fresh clone is installed, built and started; the second start only starts', async () => {
  const clone = makeClone();
  const env = environment(clone);
  const first = run(clone, 'start.mjs', ['--check-config'], env);
  const server = given(await first.waitFor(listening));
  expect(server.args).toEqual(['--check-config']);
  expect(server.worker).toBe(env['MEDIASOUP_WORKER_BIN']);
  expect(existsSync(join(clone, 'node_modules', '@stand-in', 'server'))).toBe(true);
  first.kill('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = run(clone, 'start.mjs', [], env);
  await second.waitFor(listening);
  expect(second.text()).not.toMatch(/Installing|Building/);
  expect(buildsOf(clone)).toBe(1);
  second.kill('SIGTERM');
  await second.ended;

  writeFileSync(join(clone, 'server', 'src', 'added.js'), '');
  const third = run(clone, 'start.mjs', [], env);
  await third.waitFor(listening);
  expect(buildsOf(clone)).toBe(2);
});

test("the server's exit code is the script's", async () => {
  const clone = makeClone();
  const start = run(clone, 'start.mjs', [], {...environment(clone), STAND_IN_EXIT: '7'});
  await start.waitFor(listening);
  start.kill('SIGTERM');
  expect(await start.ended).toBe(7);
});

test('one Ctrl-C that arrives by two ways reaches the server once', async () => {
  const clone = makeClone();
  const start = run(clone, 'start.mjs', [], environment(clone));
  await start.waitFor(listening);
  start.kill('SIGINT');
  start.kill('SIGTERM');
  await start.ended;
  expect(start.text().match(/got SIG/g)).toHaveLength(1);
});

test('the server stops by itself when the script that started it is killed', async () => {
  const clone = makeClone();
  const start = run(clone, 'start.mjs', [], environment(clone));
  const {pid} = given(await start.waitFor(listening));
  start.kill('SIGKILL');
  await start.ended;
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('`npm start` that is told to end takes the server with it, though the shell between them passes nothing on', async () => {
  const clone = makeClone();
  const npm = runByNpm(clone, ['start'], environment(clone));
  const {pid} = given(await npm.waitFor(listening));
  npm.kill('SIGTERM');
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(npm.text().match(/got SIGTERM/g)).toHaveLength(1);
});

test('without a worker the server starts, with a sentence on how to get calls, and compiles no second time unasked', async () => {
  const clone = makeClone();
  const mediasoup = join(clone, 'media', 'node_modules', 'mediasoup');
  write(join(mediasoup, 'package.json'), '{"version": "3.0.0", "main": "node/lib/index.js"}');
  write(join(mediasoup, 'node', 'lib', 'index.js'), '');
  for (const folder of ['fbs', 'src', 'deps/libwebrtc'])
    mkdirSync(join(mediasoup, 'worker', folder), {recursive: true});
  const bin = join(clone, '..', 'bin');
  for (const tool of ['flatc', 'pkg-config']) write(join(bin, tool), '#!/bin/sh\n', 0o755);
  write(join(bin, 'g++'), '#!/bin/sh\necho compiled >> "$HOME/compiled"\nexit 1\n', 0o755);
  linkPrograms(bin, 'node', 'npm', 'env', 'sh');
  const {MEDIASOUP_WORKER_BIN: _none, ...env} = environment(clone);
  const home = env['HOME'] ?? '';
  mkdirSync(home, {recursive: true});
  const poor = {...env, PATH: bin, MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: '1'};

  for (const start of [run(clone, 'start.mjs', [], poor), run(clone, 'start.mjs', [], poor)]) {
    const server = given(await start.waitFor(listening));
    expect(server.worker).toBeUndefined();
    expect(start.text()).toMatch(
      /^Chat and push work, calls are off: the media worker could not be compiled here .*\.$/m,
    );
  }
  const attempts = readFileSync(join(home, 'compiled'), 'utf8').trim().split('\n').length;
  expect(attempts).toBeLessThanOrEqual(availableParallelism());
});

test('a MEDIASOUP_WORKER_BIN pointing nowhere is a mistake, not a missing worker', async () => {
  const clone = makeClone();
  const start = run(clone, 'start.mjs', [], {...environment(clone), MEDIASOUP_WORKER_BIN: '/no/such/worker'});
  expect(await start.ended).toBe(1);
  expect(start.text()).toContain('MEDIASOUP_WORKER_BIN names /no/such/worker, which does not exist');
});

test('a build that fails is shown and ends in one sentence', async () => {
  const clone = makeClone();
  writeFileSync(join(clone, 'build.mjs'), "throw new Error('no semicolon');");
  const start = run(clone, 'start.mjs', [], environment(clone));
  expect(await start.ended).toBe(1);
  expect(start.text()).toContain('no semicolon');
  expect(start.text()).toMatch(/\nThe build failed: .*try again\.\n$/);
});

test('a lock file that cannot be read ends in one sentence', async () => {
  const clone = makeClone();
  writeFileSync(join(clone, 'package-lock.json'), '<<<<<<< ours');
  const start = run(clone, 'start.mjs', [], environment(clone));
  expect(await start.ended).toBe(1);
  expect(start.text()).toMatch(/^.*package-lock\.json is no valid JSON: restore it, .*try again\.\n$/);
});

test('an installation that fails ends in one sentence', async () => {
  const clone = makeClone();
  write(join(clone, '.npmrc'), 'offline=true\n');
  writeFileSync(
    join(clone, 'package.json'),
    '{"engines": {"node": ">=20.19"}, "dependencies": {"not-locked": "1.0.0"}}',
  );
  const start = run(clone, 'start.mjs', [], environment(clone));
  expect(await start.ended).toBe(1);
  expect(start.text()).toMatch(/\nnpm ci failed with exit code 1: .*try again\.\n$/);
});
