import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {FanoutResult} from '../src/scenarios/fanout.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-load-'));
});
afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
});

test('fanout measures Parley and all three peers over the network, and writes figures and a page', async () => {
  const json = join(folder, 'fanout.json');
  const report = join(folder, 'fanout.html');
  const load = ['--clients', '40', '--rooms', '2', '--rate', '40', '--seconds', '2', '--rounds', '1'];
  const {stdout} = await run(
    'npm',
    [
      'run',
      '-s',
      'load',
      '--',
      'fanout',
      '--peer',
      'uws-raw,socketio-uws,socketio-ws',
      ...load,
      '--json',
      json,
      '--report',
      report,
    ],
    {cwd: root},
  );
  expect(stdout).toContain('parley / uws-raw');
  const result = JSON.parse(await readFile(json, 'utf8')) as FanoutResult;
  expect(Object.keys(result.subjects)).toEqual(['parley', 'uws-raw', 'socketio-uws', 'socketio-ws']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject).toMatchObject({deliveredPct: 100, duplicates: 0, disordered: 0});
    expect(subject.latencyMs.p99).toBeGreaterThan(0);
  }
  expect(Object.keys(result.ratios)).toEqual(['uws-raw', 'socketio-uws', 'socketio-ws']);
  expect(await readFile(report, 'utf8')).toContain('Server CPU per delivery');
});

test('a mistake in the command line is one sentence and exit code 2', async () => {
  const failed = run('npm', ['run', '-s', 'load', '--', 'fanout', '--clients', 'many'], {cwd: root});
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--clients must be a number') as unknown,
  });
});
