import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {Redis} from 'ioredis';
import {UsageError} from '../usage-error.js';
import {lastingPort} from './lasting-port.js';

/** A redis-server of a scenario's own. */
export interface RunningRedis {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
  /** As a crash would, and resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Starts it again, after `kill`, with what it had written to disk. */
  readonly start: () => Promise<void>;
}

async function answers(port: number): Promise<boolean> {
  const redis = new Redis(port, '127.0.0.1', {lazyConnect: true, retryStrategy: () => null});
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

export interface RedisOptions {
  /** Whether it keeps on disk what it acknowledges; otherwise nothing survives it. */
  readonly keeps?: boolean;
  /** Of this machine, besides loopback, that it is reached by as well. */
  readonly addresses?: readonly string[];
}

/** Starts an empty redis-server on a free port, and waits until it answers. */
export async function startRedis({keeps = false, addresses = []}: RedisOptions = {}): Promise<RunningRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-load-redis-'));
  const port = await lastingPort();
  const where = ['--bind', '127.0.0.1', ...addresses, '--protected-mode', 'no', '--port', String(port)];
  const bounds = [...where, '--dir', folder, '--save', ''];
  // The kernel has what was written when only the process is killed.
  const disk = keeps ? ['--appendonly', 'yes', '--appendfsync', 'no'] : ['--appendonly', 'no'];
  let running: Running | undefined;
  const kill = async (): Promise<void> => {
    running?.child.kill('SIGKILL');
    await running?.ended;
  };
  const start = async (): Promise<void> => {
    running = spawnRedis([...bounds, ...disk]);
    for (let attempt = 0; attempt < 500; attempt += 1) {
      if (running.child.pid === undefined || running.child.exitCode !== null) break;
      if (await answers(port)) return;
      await delay(10);
    }
    throw new UsageError('redis-server cannot be started; on Debian: apt-get install redis-server');
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(folder, {recursive: true, force: true});
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get pid() {
      return running?.child.pid ?? 0;
    },
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    kill,
    start,
    stop,
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

function spawnRedis(args: readonly string[]): Running {
  const child = spawn('redis-server', args, {stdio: 'ignore'});
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  return {child, ended};
}
