import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {Redis} from 'ioredis';
import {UsageError} from '../usage-error.js';

/** A redis-server of a scenario's own. */
export interface RunningRedis {
  readonly pid: number;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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

/** Starts an empty redis-server that keeps nothing on disk, and waits until it answers. */
export async function startRedis(): Promise<RunningRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-load-redis-'));
  const port = await freePort();
  const bounds = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', bounds, {stdio: 'ignore'});
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, {recursive: true, force: true});
  };
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const {pid} = child;
    if (pid === undefined || child.exitCode !== null) break;
    if (await answers(port)) return {pid, url: `redis://127.0.0.1:${String(port)}`, stop};
    await delay(10);
  }
  await stop();
  throw new UsageError('redis-server cannot be started; on Debian: apt-get install redis-server');
}
