import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Redis} from 'ioredis';

/** Lines of a configuration file. */
export type Settings = readonly string[];

/** How a test gets in. */
export interface Access {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: {readonly ca: string};
}

/** A redis-server or Sentinel of a test's own. */
export class RedisProcess {
  readonly port: number;
  readonly #folder: string;
  readonly #config: string;
  readonly #sentinel: boolean;
  readonly #access: Access;
  #child: ChildProcess | undefined;
  #control: Redis | undefined;

  constructor(folder: string, port: number, sentinel: boolean, access: Access = {}) {
    this.port = port;
    this.#folder = folder;
    this.#config = join(folder, `${port}.conf`);
    this.#sentinel = sentinel;
    this.#access = access;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async configure(settings: Settings): Promise<void> {
    await mkdir(join(this.#folder, String(this.port)), {recursive: true});
    const own = ['bind 127.0.0.1', `dir ${join(this.#folder, String(this.port))}`, 'save ""'];
    await writeFile(this.#config, [...own, ...settings, ''].join('\n'));
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const child = spawn('redis-server', [this.#config, ...(this.#sentinel ? ['--sentinel'] : [])], {stdio: 'ignore'});
    this.#child = child;
    for (let attempt = 0; attempt < 500; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with exit code ${child.exitCode}.`);
      try {
        await this.command('PING');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    throw new Error('redis-server does not answer.');
  }

  async command(...words: readonly [string, ...string[]]): Promise<unknown> {
    if (this.#control === undefined) {
      const control = new Redis({
        port: this.port,
        host: '127.0.0.1',
        lazyConnect: true,
        retryStrategy: () => null,
        commandTimeout: 2_000,
        enableReadyCheck: false,
        ...this.#access,
      });
      control.on('error', () => undefined);
      control.on('close', () => {
        if (this.#control === control) this.#control = undefined;
      });
      await control.connect();
      this.#control = control;
    }
    const [name, ...args] = words;
    return this.#control.call(name, ...args);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#control?.disconnect();
    this.#control = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
