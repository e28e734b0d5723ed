import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {signToken, testApiKey, testEnvironment} from './start-node.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A node as a process of its own, from `server/dist`. */
export interface SpawnedNode extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly node: string;
  /** Empty if it takes no clients. */
  readonly url: string;
  readonly opsUrl: string;
  readonly apiKey: string;
  /** What it has written so far, both streams. */
  output(): string;
  token(user: string, name?: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  kill(signal?: NodeJS.Signals): void;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

interface Ready {
  readonly node: string;
  readonly url: string;
  readonly opsUrl: string;
}

/** Starts a process and waits until it says that it is ready; rejects with its output if it ends before. */
export async function spawnNode(env: Readonly<Record<string, string>> = {}): Promise<SpawnedNode> {
  const {child, ended, output} = spawnMain(env);
  const ready = await Promise.race([readyLine(child), ended.then((how) => how)]);
  if (typeof ready !== 'object') throw new Error(`The node ended (${ready}) before it was ready:\n${output()}`);
  return {
    ...ready,
    process: child,
    pid: child.pid!,
    apiKey: testApiKey,
    output,
    token: signToken,
    kill: (signal = 'SIGKILL') => child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs the program to its end: for starts that must fail. */
export async function runMain(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  folder?: string,
): Promise<{code: number | NodeJS.Signals; output: string}> {
  const {ended, output} = spawnMain(env, args, folder);
  return {code: await ended, output: output()};
}

/** In a folder without a `.env`, unless another is given. */
const plainFolder = fileURLToPath(new URL('.', import.meta.url));

function spawnMain(env: Readonly<Record<string, string>>, args: readonly string[] = [], folder = plainFolder) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    // Nothing of this process's own settings.
    env: {PATH: process.env['PATH'], ...testEnvironment, PARLEY_LOG_LEVEL: 'info', ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? 1);
  return {child, ended, output: () => text};
}

function readyLine(child: ReturnType<typeof spawnMain>['child']): Promise<Ready> {
  return new Promise((resolve) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const ready = parseReady(line);
      if (ready !== undefined) resolve(ready);
    });
  });
}

function parseReady(line: string): Ready | undefined {
  try {
    const fields = JSON.parse(line) as Partial<Ready>;
    const {node, url = '', opsUrl} = fields;
    return node !== undefined && opsUrl !== undefined ? {node, url, opsUrl} : undefined;
  } catch {
    return undefined;
  }
}
