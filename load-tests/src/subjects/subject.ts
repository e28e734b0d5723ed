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
  /** What starts the process, if not this one by itself: a command that takes another as its arguments. */
  readonly within?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Finds the port in a line that the process prints once it listens. */
  readonly port: RegExp;
  /** Lines that are to be kept, such as those of defects; at most a hundred. */
  readonly watch?: RegExp;
}

const startWithinMs = 40_000;

/** This process's environment without settings of a server that a developer may have set for another purpose. */
const neutralEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PARLEY_|REDIS_URL$|MEDIASOUP_)/.test(name)));

/** A process that was started and listens. */
export interface Launched {
  readonly pid: number;
  readonly port: number;
  /** Of what the process printed, by which it was found to listen. */
  readonly listening: string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when it has ended, with its exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** What it printed that was to be watched for. */
  readonly seen: readonly string[];
  /** In order, and by force after five seconds. */
  readonly stop: () => Promise<void>;
}

/** Starts a Node process and waits for the line that says its port. Rejects with what it printed if it ends before. */
export async function launch(options: Launch): Promise<Launched> {
  const [program = process.execPath, ...args] = [...(options.within ?? []), process.execPath, ...options.args];
  const child = spawn(program, args, {
    env: {...neutralEnvironment(), ...options.env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => {
      resolve(code ?? signal ?? 1);
    }),
  );
  const seen: string[] = [];
  const keep = (line: string): void => {
    printed.push(line);
    if (printed.length > 50) printed.shift();
    if (options.watch?.test(line) === true && seen.length < 100) seen.push(line);
  };
  createInterface({input: child.stderr}).on('line', keep);
  const listening = new Promise<string>((resolve) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      keep(line);
      if (options.port.test(line)) resolve(line);
    });
  });
  const failed = Promise.race([ended, delay(startWithinMs, undefined, {ref: false})]).then(() => undefined);
  const line = await Promise.race([listening, failed]);
  if (line === undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${options.name} did not start listening:\n${printed.join('\n')}`);
  }
  return {
    pid: child.pid,
    port: Number(options.port.exec(line)?.[1]),
    listening: line,
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
    seen,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
