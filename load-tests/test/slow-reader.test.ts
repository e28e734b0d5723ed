import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {SlowReaderResult} from '../src/scenarios/slow-reader.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-load-'));
});
afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
});

test('slow-reader sees the slow one closed with its code and back without a hole, and the others served', async () => {
  const json = join(folder, 'slow-reader.json');
  const load = ['--readers', '5', '--rate', '600', '--bytes', '4000', '--seconds', '5', '--rounds', '1'];
  await run('npm', ['run', '-s', 'load', '--', 'slow-reader', ...load, '--json', json], {cwd: root});
  const {subjects} = JSON.parse(await readFile(json, 'utf8')) as SlowReaderResult;
  expect(subjects['parley']).toMatchObject({
    deliveredPct: 100,
    closedAs: ['slow_consumer'],
    holes: 0,
    doubled: 0,
    resets: 0,
    resumes: 1,
  });
});
