import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {freePort} from './free-ports.js';

/** A real redis-server of a test's own, on a free port of the loopback address, with its data in a folder of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the process that runs; undefined while none does. */
  readonly pid: number | undefined;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the data that it has on disk. */
  start(): Promise<void>;
  /** Starts it again on the same port without any data. */
  startEmpty(): Promise<void>;
  /** Freezes the process, or lets it go on: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Sends one command as words over a connection of its own, and resolves with the raw answer. */
  command(...words: string[]): Promise<string>;
}

export interface RedisPersistence {
  /** All of its data survives `stop` and `kill`; with `appendfsync` `everysec`, `kill` loses what waits while the disk is slow. */
  readonly appendonly?: boolean;
  /** `no`, unless given, leaves the disk's pace to the kernel, which outlives a killed process. */
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  /** A snapshot a second after a change, and another when it is stopped in order: `kill` loses what came after the last one. */
  readonly snapshots?: boolean;
}

/** Starts a redis-server and waits until it answers. Unless told otherwise it keeps nothing. */
export async function startRedis({
  appendonly = false,
  appendfsync = 'no',
  snapshots = false,
}: RedisPersistence = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  const port = await freePort();
  let running: ChildProcess | undefined;

  const command = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('utf8').setTimeout(2_000, () => socket.destroy(new Error('Redis does not answer.')));
      socket.on('data', (chunk: string) => (answer += chunk));
      socket.on('end', () => {
        resolve(answer.replace(/\+OK\r\n$/, ''));
      });
      socket.on('error', reject);
      const frame = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
      socket.write(`*${words.length}\r\n${frame}*1\r\n$4\r\nQUIT\r\n`);
    });

  const answers = async (): Promise<boolean> => {
    try {
      return (await command('PING')).startsWith('+PONG');
    } catch {
      return false;
    }
  };

  const start = async (): Promise<void> => {
    const options = [`--port ${port}`, '--bind 127.0.0.1', `--dir ${folder}`].flatMap((option) => option.split(' '));
    const aof = ['--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', appendfsync];
    const save = ['--save', snapshots ? '1 1' : '""'];
    const child = spawn('redis-server', [...options, ...save, ...aof], {stdio: 'ignore'});
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (cause) => {
        reject(new Error('redis-server cannot be started; on Debian: apt-get install redis-server', {cause}));
      });
    });
    running = child;
    const ready = async (): Promise<void> => {
      for (let attempt = 0; attempt < 500; attempt += 1) {
        if (child.exitCode !== null) throw new Error(`redis-server ended with exit code ${child.exitCode}.`);
        if (await answers()) return;
        await pause(10);
      }
      throw new Error('redis-server does not answer.');
    };
    await Promise.race([ready(), failed]);
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return running?.pid;
    },
    command,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    startEmpty: async () => {
      for (const entry of await readdir(folder)) await rm(join(folder, entry), {recursive: true, force: true});
      await start();
    },
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL');
      await rm(folder, {recursive: true, force: true});
    },
  };
}
