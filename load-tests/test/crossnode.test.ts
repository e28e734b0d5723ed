import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {CrossnodeResult} from '../src/scenarios/crossnode.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-load-'));
});
afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
});

test('crossnode drives two nodes over a Redis, Parley’s and a peer’s, and loses, doubles and disorders nothing', async () => {
  const json = join(folder, 'crossnode.json');
  const report = join(folder, 'crossnode.html');
  const load = ['--peer', 'socketio-sharded', '--rooms', '2', '--window', '50', '--seconds', '1', '--rounds', '1'];
  const command = ['run', '-s', 'load', '--', 'crossnode', ...load, '--json', json, '--report', report];
  const {stdout} = await run('npm', command, {cwd: root});
  expect(stdout).toContain('parley / socketio-sharded');
  const result = JSON.parse(await readFile(json, 'utf8')) as CrossnodeResult;
  expect(Object.keys(result.subjects)).toEqual(['parley', 'socketio-sharded']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject).toMatchObject({deliveredPct: 100, duplicates: 0, disordered: 0, refused: 0});
    expect(subject.answered.messagesPerSecond).toBeGreaterThan(0);
  }
  expect(await readFile(report, 'utf8')).toContain('CPU per answered message');
});
