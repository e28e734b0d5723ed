import type {Clock} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {beginPrepared} from './prepared-connection.js';
import {redisConnection, type ConnectionOptions} from './redis-connection.js';
import {movedOf, refusalOf, storeAway, wasDemoted} from './redis-refusal.js';
import type {PubSubKind, RedisTarget} from './redis-target.js';
import {loadScripts, publishCommand, type Script} from './scripts.js';
import {inspectServer} from './server-facts.js';
import type {ServerConnection} from './server-set.js';

/** More answers than this are not waited for at a time: a Redis that is frozen fills no memory here. */
const maxInFlight = 10_000;

export type Argument = string | number;
export type RunScript = (name: string, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;

export interface ServerLineOptions extends ConnectionOptions {
  readonly clock: Clock;
  readonly pubSub: RedisTarget['pubSub'];
  /** Asked whenever the connection is back, before it counts as up. */
  readonly beforeUp: (run: RunScript) => Promise<void>;
  /** It is up, or is not any more. What `close` does is not told. */
  readonly onChange: (up: boolean) => void;
}

/**
 * The connection for commands and scripts to one server.
 *
 * While it is not up everything is refused at once with `unavailable`; what was sent and not answered is refused with
 * `timeout`. It is up once the server turned out to be a master and all scripts are loaded, so that they run in the order in
 * which they were asked for.
 */
export class ServerLine implements ServerConnection {
  /** When, by this node's clock, the server was first found to be of another succession than before; 0 if it never was. */
  changedAt = 0;
  readonly #options: ServerLineOptions;
  readonly #redis: Redis;
  #scripts: ReadonlyMap<string, Script> = new Map();
  #pubSub: PubSubKind = 'classic';
  #succession: string | undefined;
  #inFlight = 0;
  #up = false;
  #closed = false;

  constructor(options: ServerLineOptions) {
    this.#options = options;
    this.#redis = redisConnection(options);
    this.#redis.on('close', () => {
      this.#set(false);
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** Resolves once it is up; rejects with why the first attempt failed, and then goes on trying until it is closed. */
  begin(): Promise<void> {
    return beginPrepared(this.#redis, {
      clock: this.#options.clock,
      prepare: () => this.#prepare(),
      wanted: () => !this.#closed && !this.#up,
    });
  }

  /** One round trip. Rejects with `unavailable`, with `timeout` (perhaps it was done), with `Moved`, or with a defect. */
  async run(name: string, keys: readonly string[], args: readonly Argument[], asking = false): Promise<unknown> {
    if (!this.#up) throw storeAway();
    const script = this.#scripts.get(name);
    if (script?.keys !== keys.length) throw new Error(`There is no script ${name} with ${keys.length} keys.`);
    return this.#counted(() => this.#evaluate(script, keys, args, asking));
  }

  /** Like `run`, for a single command. */
  async call(command: string, args: readonly Argument[], asking = false): Promise<unknown> {
    return this.#counted(() => {
      if (asking) this.#redis.asking().catch(() => undefined);
      return this.#redis.call(command, ...args);
    });
  }

  /** How many were listening at this server. */
  async publish(channel: string, message: string): Promise<unknown> {
    return this.#counted(() => this.#redis.call(publishCommand[this.#pubSub], channel, message));
  }

  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
    this.#set(false);
  }

  async #evaluate(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
    asking: boolean,
  ): Promise<unknown> {
    try {
      if (asking) this.#redis.asking().catch(() => undefined);
      return await this.#redis.evalsha(script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      // Somebody flushed the scripts, or the server has only just become a master.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      if (asking) this.#redis.asking().catch(() => undefined);
      return this.#redis.eval(script.source, keys.length, ...keys, ...args);
    }
  }

  async #counted<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.#up || this.#inFlight >= maxInFlight) throw storeAway();
    this.#inFlight += 1;
    try {
      return await ask();
    } catch (error) {
      // The connection would go on for ever: whoever took its place is found by looking for it again.
      if (wasDemoted(error)) this.#startOver();
      throw movedOf(error) ?? refusalOf(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Once, however many are refused at a time: each call of `disconnect` leaves a listener with the connection. */
  #startOver(): void {
    if (!this.#up) return;
    this.#set(false);
    this.#redis.disconnect(true);
  }

  async #prepare(): Promise<void> {
    const {clock, pubSub, beforeUp} = this.#options;
    const facts = await inspectServer(this.#redis, pubSub);
    if (this.#scripts.size === 0 || this.#pubSub !== facts.pubSub) this.#scripts = loadScripts(facts.pubSub);
    this.#pubSub = facts.pubSub;
    await Promise.all([...this.#scripts.values()].map(({source}) => this.#redis.script('LOAD', source)));
    await beforeUp((name, keys, args) => {
      const script = this.#scripts.get(name);
      if (script === undefined) return Promise.reject(new Error(`There is no script ${name}.`));
      return this.#evaluate(script, keys, args, false);
    });
    if (this.#redis.status !== 'ready') throw new Error('the connection broke');
    if (this.#succession !== undefined && this.#succession !== facts.succession) this.changedAt = clock.now();
    this.#succession = facts.succession;
    this.#set(true);
  }

  #set(up: boolean): void {
    if (this.#up === up || (up && this.#closed)) return;
    this.#up = up;
    if (!this.#closed) this.#options.onChange(up);
  }
}
