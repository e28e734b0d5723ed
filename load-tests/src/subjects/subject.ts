import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import type {Target} from '../generator/link.js';

/** A server under measurement, in a process of its own. */
export interface RunningSubject extends Target {
  readonly name: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts a server; `nodeFlags` go to its Node. */
export type StartSubject = (nodeFlags: readonly string[]) => Promise<RunningSubject>;

export interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Finds the port in a line that the process prints once it listens. */
  readonly port: RegExp;
}

const startWithinMs = 20_000;

/** This process's environment without settings of a server that a developer may have set for another purpose. */
const neutralEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PARLEY_|REDIS_URL$|MEDIASOUP_)/.test(name)));

/** Starts a Node process and waits for the line that says its port. Rejects with what it printed if it ends before. */
export async function launch(options: Launch): Promise<{pid: number; port: number; stop: () => Promise<void>}> {
  const child = spawn(process.execPath, options.args, {
    env: {...neutralEnvironment(), ...options.env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const keep = (line: string): void => {
    printed.push(line);
    if (printed.length > 50) printed.shift();
  };
  createInterface({input: child.stderr}).on('line', keep);
  const listening = new Promise<number>((resolve) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      keep(line);
      const port = options.port.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const failed = Promise.race([exited, delay(startWithinMs, undefined, {ref: false})]).then(() => undefined);
  const port = await Promise.race([listening, failed]);
  if (port === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${options.name} did not start listening:\n${printed.join('\n')}`);
  }
  return {
    pid: child.pid,
    port,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}
