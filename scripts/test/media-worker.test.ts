import {createServer} from 'node:http';
import {once} from 'node:events';
import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {prebuiltName} from '../setup/prebuilt-worker.mjs';
import {workerKey} from '../setup/worker-package.mjs';
import {linkPrograms, run, temporaryFolder, workerStandIn, write} from './clone-fixture.ts';

const clone = join(import.meta.dirname, '..', '..');
const nowhere = 'http://127.0.0.1:9';

/** A machine with an empty cache and only those programs that are named. */
function machine(...programs: string[]) {
  const root = temporaryFolder();
  const bin = join(root, 'bin');
  linkPrograms(bin, ...programs);
  const env = {
    PATH: bin,
    HOME: root,
    XDG_CACHE_HOME: join(root, 'cache'),
    MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: nowhere,
  };
  return {root, bin, env, cache: join(root, 'cache', 'parley', 'media-worker')};
}

/** Compiler, schema compiler and pkg-config that take no time; the linker's result passes for a worker. */
function addToolStandIns(
  bin: string,
  linker = 'printf "#!/bin/sh\\nexit 41\\n" > mediasoup-worker; chmod +x mediasoup-worker',
): void {
  write(join(bin, 'flatc'), '#!/bin/sh\n', 0o755);
  write(join(bin, 'pkg-config'), '#!/bin/sh\n', 0o755);
  write(join(bin, 'g++'), `#!/bin/sh\nif [ "$1" = -s ]; then\n${linker}\nfi\n`, 0o755);
}

async function servePrebuilt(program: string): Promise<{url: string; asked: string[]}> {
  const folder = temporaryFolder();
  write(join(folder, 'mediasoup-worker'), program, 0o755);
  execFileSync('tar', ['-czf', 'worker.tgz', 'mediasoup-worker'], {cwd: folder});
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(readFileSync(join(folder, 'worker.tgz')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked};
}

async function obtain(env: Record<string, string>) {
  const process = run(clone, 'media-worker.mjs', [], env);
  return {code: await process.ended, text: process.text()};
}

test('MEDIASOUP_WORKER_BIN comes first and is printed alone', async () => {
  const {root, env} = machine();
  const worker = write(join(root, 'worker'), workerStandIn, 0o755);
  expect(await obtain({...env, MEDIASOUP_WORKER_BIN: worker})).toEqual({code: 0, text: `${worker}\n`});
});

test('MEDIASOUP_WORKER_BIN pointing nowhere is refused in one sentence', async () => {
  const {env} = machine();
  expect(await obtain({...env, MEDIASOUP_WORKER_BIN: '/no/such/worker'})).toEqual({
    code: 1,
    text: 'MEDIASOUP_WORKER_BIN names /no/such/worker, which does not exist: correct it, or unset it to have a worker obtained.\n',
  });
});

test('MEDIASOUP_WORKER_BIN that is no worker is refused in one sentence', async () => {
  const {env} = machine();
  const {code, text} = await obtain({...env, MEDIASOUP_WORKER_BIN: process.execPath});
  expect(code).toBe(1);
  expect(text).toMatch(/^MEDIASOUP_WORKER_BIN names .* does not start as a mediasoup worker here: .*\.\n$/);
});

test("upstream's prebuilt worker is taken where it can be reached, once", async () => {
  const {env} = machine('tar', 'gzip');
  const {url, asked} = await servePrebuilt(workerStandIn);
  const reachable = {...env, MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: url};
  const first = await obtain(reachable);
  expect(first).toMatchObject({code: 0});
  expect(await obtain(reachable)).toEqual(first);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatch(/^\/\d+\.\d+\.\d+\/mediasoup-worker-\d+\.\d+\.\d+-\w+-\w+(-kernel\d+)?\.tgz$/);
});

test('a prebuilt worker that does not start here is not used; one is compiled instead', async () => {
  const {env, bin} = machine('tar', 'gzip', 'chmod', 'sh');
  addToolStandIns(bin);
  const {url, asked} = await servePrebuilt('#!/bin/sh\nexit 127\n');
  const {code, text} = await obtain({...env, MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: url});
  expect(asked).toHaveLength(1);
  expect(code).toBe(0);
  expect(text).toContain('15 of 15 parts (100 %)');
});

test('a compiled worker is kept, and a corrupt one in the cache is replaced', async () => {
  const {env, bin, cache} = machine('chmod', 'sh');
  addToolStandIns(bin);
  const first = await obtain(env);
  expect(first).toMatchObject({code: 0});
  const path = first.text.trim().split('\n').at(-1) ?? '';
  expect(path.startsWith(cache)).toBe(true);
  expect(await obtain(env)).toEqual({code: 0, text: `${path}\n`});

  writeFileSync(path, readFileSync(process.execPath).subarray(0, 4096));
  const again = await obtain(env);
  expect(again.text).toContain('does not start any more and is replaced');
  expect(again.text.endsWith(`${path}\n`)).toBe(true);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('two at once compile once', async () => {
  const {env, bin} = machine('chmod', 'sh', 'sleep');
  addToolStandIns(
    bin,
    'sleep 0.5; echo link >> "$HOME/links"; printf "#!/bin/sh\\nexit 41\\n" > mediasoup-worker; chmod +x mediasoup-worker',
  );
  const both = await Promise.all([obtain(env), obtain(env)]);
  expect(both.map(({code}) => code)).toEqual([0, 0]);
  expect(readFileSync(join(env.HOME, 'links'), 'utf8')).toBe('link\n');
  expect(both.some(({text}) => text.includes('Another process is obtaining the media worker'))).toBe(true);
});

test('without compiler, download and root the sentence names what to run', async () => {
  const {code, text} = await obtain(machine().env);
  expect(code).toBe(1);
  expect(text).toMatch(
    /^Compiling the media worker needs a C\+\+ compiler and some libraries: run .*and try again\.\n$/,
  );
});

test('a failed compilation leaves its text in the cache and one sentence', async () => {
  const {env, bin, cache} = machine('sh');
  addToolStandIns(bin, 'echo "undefined reference to srtp" >&2; exit 1');
  const {code, text} = await obtain(env);
  expect(code).toBe(1);
  const log = /the compiler's text is in (.*\.failed\.log)\)/.exec(text)?.[1] ?? '';
  expect(readFileSync(log, 'utf8')).toContain('undefined reference to srtp');
  expect(readdirSync(cache)).toHaveLength(1);
  expect(existsSync(log)).toBe(true);
});

test('a worker is kept by version, platform, system and recipe', () => {
  const of = {version: '3.27.1', platform: 'linux', arch: 'x64', abi: 'debian12', recipe: ['a', 'b']};
  const key = workerKey(of);
  expect(key).toMatch(/^3\.27\.1-linux-x64-debian12-[0-9a-f]{12}$/);
  const others = [{version: '3.27.2'}, {platform: 'darwin'}, {arch: 'arm64'}, {abi: 'debian13'}, {recipe: ['a', 'c']}];
  expect(new Set([key, ...others.map((other) => workerKey({...of, ...other}))]).size).toBe(6);
});

test("upstream's file is named by the kernel on Linux alone", () => {
  expect(prebuiltName('3.27.1', 'linux', 'x64', '6.1.0-18-amd64')).toBe(
    'mediasoup-worker-3.27.1-linux-x64-kernel6.tgz',
  );
  expect(prebuiltName('3.27.1', 'darwin', 'arm64', '24.1.0')).toBe('mediasoup-worker-3.27.1-darwin-arm64.tgz');
});
