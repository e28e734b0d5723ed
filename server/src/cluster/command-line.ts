import type {Redis} from 'ioredis';
import {beginConnection, redisConnection} from './redis-connection.js';
import {refusalOf, storeAway} from './redis-refusal.js';
import {loadScripts, type Script} from './scripts.js';

/** More answers than this are not waited for at a time: a Redis that is frozen fills no memory here. */
const maxInFlight = 10_000;

type Argument = string | number;

/**
 * The connection for commands and scripts.
 *
 * While it is not up everything is refused at once with `unavailable`; what was sent and not answered is refused with
 * `timeout`. It is up once all scripts are loaded, so that they run in the order in which they were asked for.
 */
export class CommandLine {
  readonly #redis: Redis;
  readonly #scripts: ReadonlyMap<string, Script>;
  readonly #listeners: ((up: boolean) => void)[] = [];
  #beforeUp: (run: CommandLine['run']) => Promise<void> = () => Promise.resolve();
  #inFlight = 0;
  #up = false;
  #closed = false;

  static async open(url: string, name: string): Promise<CommandLine> {
    const line = new CommandLine(redisConnection(url, name), loadScripts());
    await beginConnection(line.#redis, url);
    try {
      await line.#prepare();
    } catch (error) {
      line.close();
      throw error;
    }
    return line;
  }

  private constructor(redis: Redis, scripts: ReadonlyMap<string, Script>) {
    this.#redis = redis;
    this.#scripts = scripts;
    redis.on('close', () => {
      this.#set(false);
    });
  }

  get up(): boolean {
    return this.#up;
  }

  onChange(listener: (up: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Is asked for whenever the connection is back, and waited for before it counts as up; with its own way to run scripts. */
  beforeUp(prepare: (run: CommandLine['run']) => Promise<void>): void {
    this.#beforeUp = prepare;
  }

  /** One round trip. Rejects with `unavailable`, with `timeout` (perhaps it was done), or with a defect. */
  async run(name: string, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const script = this.#scripts.get(name);
    if (script?.keys !== keys.length) throw new Error(`There is no script ${name} with ${keys.length} keys.`);
    return this.#counted(() => this.#evaluate(script, keys, args));
  }

  /** Like `run`, for a single command. */
  async call(command: string, ...args: readonly Argument[]): Promise<unknown> {
    return this.#counted(() => this.#redis.call(command, ...args));
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
    this.#set(false);
  }

  async #evaluate(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#redis.evalsha(script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      // Somebody flushed the scripts.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.#redis.eval(script.source, keys.length, ...keys, ...args);
    }
  }

  async #counted<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.#up || this.#inFlight >= maxInFlight) throw storeAway();
    this.#inFlight += 1;
    try {
      return await ask();
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Checks the server and loads the scripts; from then on, whenever the connection is back. */
  async #prepare(): Promise<void> {
    const version = /redis_version:(\d+)\.(\d+)/.exec(await this.#redis.info('server'));
    const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
    if (major < 6 || (major === 6 && minor < 2))
      throw new Error(`Redis ${major}.${minor} is too old: 6.2 or newer is needed.`);
    await this.#loadScripts();
    this.#redis.on('ready', () => {
      this.#loadScripts().catch(() => {
        // The connection broke again, or is of no use: with the next one it is tried anew.
        this.#redis.disconnect(true);
      });
    });
  }

  async #loadScripts(): Promise<void> {
    await Promise.all([...this.#scripts.values()].map(({source}) => this.#redis.script('LOAD', source)));
    await this.#beforeUp((name, keys, args) => {
      const script = this.#scripts.get(name);
      return script ? this.#evaluate(script, keys, args) : Promise.reject(new Error(`There is no script ${name}.`));
    });
    if (this.#redis.status === 'ready') this.#set(true);
  }

  #set(up: boolean): void {
    if (this.#up === up || (up && this.#closed)) return;
    this.#up = up;
    for (const listener of this.#listeners) listener(up);
  }
}
