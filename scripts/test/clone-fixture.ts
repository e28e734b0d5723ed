import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {once} from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {Readable} from 'node:stream';
import {onTestFinished} from 'vitest';
import {findProgram} from '../setup/operating-system.mjs';

const scripts = join(import.meta.dirname, '..');

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley setup-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true, force: true});
  });
  return folder;
}

export function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** Makes a folder for PATH in which only these programs of this machine are found. */
export function linkPrograms(folder: string, ...names: string[]): void {
  mkdirSync(folder, {recursive: true});
  for (const name of names) {
    const path = name === 'node' ? process.execPath : findProgram(name);
    if (path) symlinkSync(path, join(folder, name));
  }
}

/** A program that ends as a media worker does whose parent is not mediasoup. */
export const workerStandIn = '#!/bin/sh\nexit 41\n';

/** Listens like a node, and says what it was given and which signals it gets. */
const server = `
import {createServer} from 'node:http';
const {PARLEY_PORT, PARLEY_OPS_PORT, PARLEY_NODE_NAME, REDIS_URL, PARLEY_AUTH_SECRET, MEDIASOUP_WORKER_BIN} = process.env;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    console.log('got ' + signal);
    setTimeout(() => process.exit(Number(process.env.STAND_IN_EXIT ?? 0)), 300);
  });
}
const ops = createServer((request, response) => response.writeHead(request.url === '/ready' ? 200 : 404).end());
ops.listen(Number(PARLEY_OPS_PORT ?? 0), '127.0.0.1', () => {
  const given = {args: process.argv.slice(2), pid: process.pid, worker: MEDIASOUP_WORKER_BIN, redis: REDIS_URL};
  console.log('listening ' + JSON.stringify({...given, name: PARLEY_NODE_NAME, port: PARLEY_PORT, secret: PARLEY_AUTH_SECRET}));
});
`;

const build = `
import {appendFileSync, cpSync} from 'node:fs';
cpSync('server/src', 'server/dist', {recursive: true});
appendFileSync('builds.log', 'built\\n');
`;

/** A clone that holds the real scripts and, for a server, a stand-in that is installed and built within a second. */
export function makeClone(): string {
  const clone = join(temporaryFolder(), 'clone');
  cpSync(scripts, join(clone, 'scripts'), {recursive: true, filter: (path) => path !== import.meta.dirname});
  const name = '@stand-in/server';
  const manifest = {
    type: 'module',
    engines: {node: '>=20.19'},
    workspaces: ['server'],
    scripts: {
      start: 'node scripts/start.mjs',
      build: 'node build.mjs',
      unit: 'exit 1',
      check: 'npm run build && npm run unit',
    },
  };
  const packages = {
    '': {workspaces: ['server']},
    [`node_modules/${name}`]: {resolved: 'server', link: true},
    server: {name, version: '0.0.0'},
  };
  write(join(clone, 'package.json'), JSON.stringify(manifest));
  write(join(clone, 'package-lock.json'), JSON.stringify({lockfileVersion: 3, requires: true, packages}));
  write(join(clone, 'server', 'package.json'), JSON.stringify({name, version: '0.0.0', type: 'module'}));
  write(join(clone, 'server', 'src', 'main.js'), server);
  write(join(clone, 'build.mjs'), build);
  return clone;
}

export const buildsOf = (clone: string): number =>
  existsSync(join(clone, 'builds.log')) ? readFileSync(join(clone, 'builds.log'), 'utf8').trim().split('\n').length : 0;

/** The environment of a person who has a worker: nothing is downloaded or compiled, and the cache is the test's own. */
export function environment(clone: string): Record<string, string> {
  const worker = write(join(clone, '..', 'worker'), workerStandIn, 0o755);
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: join(clone, '..', 'home'),
    XDG_CACHE_HOME: join(clone, '..', 'cache'),
    MEDIASOUP_WORKER_BIN: worker,
  };
}

export interface Running {
  /** Everything written so far. */
  text(): string;
  /** Resolves with the match as soon as what is written matches. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

/** Runs one of the clone's scripts without a terminal and with nothing on stdin. */
export function run(clone: string, script: string, args: readonly string[], env: Record<string, string>): Running {
  return watch(
    spawn(process.execPath, [join(clone, 'scripts', script), ...args], {env, stdio: ['ignore', 'pipe', 'pipe']}),
  );
}

/** Runs one of the clone's scripts as a person does. */
export function runByNpm(clone: string, args: readonly string[], env: Record<string, string>): Running {
  return watch(spawn('npm', [...args], {cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe']}));
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Running {
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    text: () => text,
    kill: (signal) => child.kill(signal),
    ended,
    async waitFor(pattern) {
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`It ended without ${String(pattern)}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
