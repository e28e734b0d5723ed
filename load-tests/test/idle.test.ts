import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {IdleResult} from '../src/scenarios/idle.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-load-'));
});
afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
});

test('idle holds sessions on Parley and a peer, and writes what a session costs', async () => {
  const json = join(folder, 'idle.json');
  const report = join(folder, 'idle.html');
  const load = ['--peer', 'socketio-uws', '--clients', '300', '--rooms', '3', '--settle', '1'];
  const command = ['run', '-s', 'load', '--', 'idle', ...load, '--json', json, '--report', report];
  const {stdout} = await run('npm', command, {cwd: root});
  expect(stdout).toContain('parley / socketio-uws');
  const result = JSON.parse(await readFile(json, 'utf8')) as IdleResult;
  expect(Object.keys(result.subjects)).toEqual(['parley', 'socketio-uws']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject.sessions).toBe(303);
    expect(subject.emptyBytes).toBeGreaterThan(10_000_000);
  }
  expect(await readFile(report, 'utf8')).toContain('Resident memory per session');
});
